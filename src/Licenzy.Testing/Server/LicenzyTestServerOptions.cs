using System.Security.Cryptography;
using Licenzy.Server;
using Licenzy.Server.Accounts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Licenzy.Testing;

/// <summary>How a <see cref="LicenzyTestServer"/> is set up. Everything has a default that works.</summary>
public sealed class LicenzyTestServerOptions
{
    /// <summary>A connection string; default a SQLite file in the data directory.</summary>
    public string? Database { get; set; }

    /// <summary>The data directory; default a temporary one that goes with the server.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Base64 of 32 bytes; default a new key. Give the same one to servers that share a database.</summary>
    public string EncryptionKey { get; set; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The clock; default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Stripe's API, such as <see cref="StripeDouble.BaseAddress"/>.</summary>
    public Uri? StripeApiBase { get; set; }

    /// <summary>Where log lines go; default nowhere.</summary>
    public ILoggerProvider Logs { get; set; } = NullLoggerProvider.Instance;

    /// <summary>What goes there: this level and above; default information.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>The first admin key.</summary>
    public string AdminKey { get; set; } = KeyFormat.Generate(KeyKind.Admin);

    /// <summary>The first runtime key of test mode.</summary>
    public string TestKey { get; set; } = KeyFormat.Generate(KeyKind.TestRuntime);

    /// <summary>The first runtime key of live mode.</summary>
    public string LiveKey { get; set; } = KeyFormat.Generate(KeyKind.LiveRuntime);

    /// <summary>Any other setting of the server.</summary>
    public Action<LicenzyServerOptions>? Configure { get; set; }
}
