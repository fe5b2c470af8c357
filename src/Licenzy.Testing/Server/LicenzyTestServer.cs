using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Licenzy.Testing;

/// <summary>
/// A real Licenzy server on a free loopback port, with a database of its own in a temporary folder: what a test of an application talks to.
/// Point it at a <see cref="StripeDouble"/> and purchases work too.
/// </summary>
public sealed class LicenzyTestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;
    private readonly bool _ownsDirectory;

    private LicenzyTestServer(WebApplication app, LicenzyTestServerOptions options, string directory)
    {
        _app = app;
        _directory = directory;
        _ownsDirectory = options.DataDirectory is null;
        AdminKey = options.AdminKey;
        TestKey = options.TestKey;
        LiveKey = options.LiveKey;
        BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:port</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>An admin key, <c>lz_admin_…</c>, for <c>/portal</c>.</summary>
    public string AdminKey { get; }

    /// <summary>A runtime key of test mode, <c>lz_test_…</c>.</summary>
    public string TestKey { get; }

    /// <summary>A runtime key of live mode, <c>lz_live_…</c>.</summary>
    public string LiveKey { get; }

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server; it answers when this returns.</summary>
    public static async Task<LicenzyTestServer> StartAsync(LicenzyTestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LicenzyTestServerOptions();
        var directory = options.DataDirectory ?? Directory.CreateTempSubdirectory("licenzy-").FullName;
        // Empty: neither the machine's environment nor a settings file may reach into a test.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IConfiguration>(builder.Configuration);
        builder.Logging.AddProvider(options.Logs).SetMinimumLevel(options.LogLevel);
        builder.Services.Replace(ServiceDescriptor.Singleton(options.TimeProvider));
        builder.Services.AddLicenzyServer(server =>
        {
            server.DataDirectory = directory;
            server.Database = options.Database;
            server.EncryptionKey = options.EncryptionKey;
            server.Bootstrap.AdminKey = options.AdminKey;
            server.Bootstrap.TestKey = options.TestKey;
            server.Bootstrap.LiveKey = options.LiveKey;
            server.Stripe.ApiBase = options.StripeApiBase ?? server.Stripe.ApiBase;
            // What the server does by itself at its start is over before what a test makes.
            server.QuietStart = TimeSpan.Zero;
            // Under a clock that a test holds still no permit would ever come back. Whoever tests the limit sets it.
            server.RateLimiting.PermitsPerSecond = 0;
            options.Configure?.Invoke(server);
        });

        builder.Services.AddLicenzyOpenApi();

        var app = builder.Build();
        try
        {
            app.UseRouting();
            app.MapLicenzy();
            app.MapLicenzyOpenApi();
            app.MapLicenzyMetrics();
            app.MapLicenzyDocs();
            app.MapLicenzyFallback();
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new LicenzyTestServer(app, options, directory);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            if (options.DataDirectory is null)
            {
                Directory.Delete(directory, recursive: true);
            }

            throw;
        }
    }

    /// <summary>An HTTP client that sends a key; without one, no credentials.</summary>
    public HttpClient CreateClient(string? key = null)
    {
        var client = new HttpClient { BaseAddress = BaseAddress };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        return client;
    }

    /// <summary>Stops the server and removes its folder, unless the folder was given.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        if (_ownsDirectory)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
