using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Licenzy.Cli.Serving;

/// <summary>What the command line says of the server; settings files and the environment say the rest.</summary>
internal sealed record ServerSettings(string? Urls, string? DataDirectory, string? Database, string? PublicUrl);

/// <summary>The server as a process of its own.</summary>
internal static class ServerHost
{
    /// <summary>Loopback unless told otherwise.</summary>
    public const string DefaultUrls = "http://127.0.0.1:5080";

    // The largest body of any route: Stripe's events.
    private const long LargestBody = 1024 * 1024;
    private const long MostConnections = 1000;
    private const int LargestHeaders = 16 * 1024;

    public static async Task<int> RunAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var app = Build(settings);
            await using (app.ConfigureAwait(false))
            {
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
                Console.Error.WriteLine($"Licenzy listens on {string.Join(", ", app.Urls)}. Stop it with Ctrl+C.");
                await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            }

            return 0;
        }
        catch (Exception refused) when (refused is InvalidOperationException or OptionsValidationException or IOException or DbException or SocketException or ArgumentException)
        {
            // What the operator can mend: one sentence, no stack.
            Console.Error.WriteLine($"licenzy: {SettingText.Of(refused)}");
            return 1;
        }
    }

    /// <summary>
    /// Builds the application and starts nothing: no listener, no database, no file. The build's tool for the API's document takes hold of what is
    /// built and asks it for the document.
    /// </summary>
    public static void Describe()
    {
        var app = Build(new ServerSettings(null, null, null, null));
        app.UseRouting();
        // Puts the routes where the document is made from; a start would do it.
        app.UseEndpoints(_ => { });
    }

    private static WebApplication Build(ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Flags(settings));
        var urls = settings.Urls ?? builder.Configuration["urls"] ?? DefaultUrls;
        if (ListenAddresses.Problem(urls) is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        builder.WebHost.UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // The operator's word counts last (SECURITY T40).
            builder.Configuration.GetSection("Kestrel:Limits").Bind(kestrel.Limits);
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is told in one sentence, see above; its stack helps nobody.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // Ten seconds are promised; what follows, closing the database among it, takes its time too on a busy machine.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(6));
        builder.Services.AddLicenzyServer();
        builder.Services.AddLicenzyOpenApi();

        var app = builder.Build();
        app.MapLicenzy();
        app.MapLicenzyOpenApi();
        app.MapLicenzyMetrics();
        app.MapLicenzyDocs();
        app.MapLicenzyFallback();
        return app;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Flags(ServerSettings settings) =>
        new Dictionary<string, string?>
        {
            ["Licenzy:DataDirectory"] = settings.DataDirectory,
            ["Licenzy:Database"] = settings.Database,
            ["Licenzy:PublicUrl"] = settings.PublicUrl,
        }.Where(flag => flag.Value is not null);
}
