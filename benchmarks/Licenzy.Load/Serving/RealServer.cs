using Licenzy.Server;
using Licenzy.Testing;

namespace Licenzy.Load.Serving;

/// <summary>Licenzy with everything on, authentication and metrics too, but for the limits that are there to refuse a load like this.</summary>
internal static class RealServer
{
    private const int MostKeptKeys = 10_000_000;

    public static async Task<(Uri Address, IAsyncDisposable Server)> StartAsync(ServerSettings settings)
    {
        var server = await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions
        {
            Database = settings.Database,
            DataDirectory = settings.DataDirectory,
            EncryptionKey = settings.EncryptionKey,
            AdminKey = settings.AdminKey,
            TestKey = settings.TestKey,
            LiveKey = settings.LiveKey,
            Configure = options =>
            {
                options.RateLimiting.PermitsPerSecond = 1_000_000;
                options.RateLimiting.Burst = 10_000_000;
                options.IdempotencyKeysPerWorkspace = MostKeptKeys;
                // As the tool has it, unlike a test.
                options.QuietStart = new LicenzyServerOptions().QuietStart;
            },
        });
        return (server.BaseAddress, server);
    }
}
