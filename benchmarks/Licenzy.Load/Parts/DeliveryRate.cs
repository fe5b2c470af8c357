using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Licenzy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Licenzy.Load.Parts;

/// <summary>
/// Outbound webhooks a second to one good receiver, beside an <see cref="HttpClient"/> that posts the same bytes to it, as many at a time. The
/// deliveries are written first, by a server whose sending is turned off; another sends them. Of both the first half is not counted: they come to speed.
/// </summary>
internal static class DeliveryRate
{
    // As many as one endpoint is sent at a time.
    private const int AtOnce = 5;

    public static async Task RunAsync(int count, string? database)
    {
        var race = new Race(count);
        await using var receiver = await ReceiverAsync(race.ReceiveAsync);
        var url = new Uri(receiver.Urls.Single() + "/hook");

        var folder = Directory.CreateTempSubdirectory("licenzy-load-");
        try
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
            var bootstrap = new LicenzyTestServerOptions();
            LicenzyTestServerOptions Same() => new()
            {
                DataDirectory = folder.FullName, EncryptionKey = key, AdminKey = bootstrap.AdminKey, TestKey = bootstrap.TestKey, LiveKey = bootstrap.LiveKey,
            };
            await FillAsync(count, database, Same(), url);

            TimeSpan ours;
            await using (await Shop.OpenAsync(database, Same(), settings => Allow(settings, enabled: true)))
                ours = await race.Ended;

            var body = race.Body;
            race.Again();
            await BareAsync(count, url, body);
            var bare = await race.Ended;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} deliveries, {AtOnce} at a time, {(database is null ? "SQLite" : "PostgreSQL")}: {race.Counted / ours.TotalSeconds:0} a second; bare HttpClient: {race.Counted / bare.TotalSeconds:0} a second; ratio {bare / ours:0.00}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(int count, string? database, LicenzyTestServerOptions options, Uri url)
    {
        await using var shop = await Shop.OpenAsync(database, options, settings => Allow(settings, enabled: false));
        await shop.StockAsync();
        await shop.ListenAsync(url);
        for (var n = 0; n < count; n++)
            await shop.ConsumeAsync();
    }

    private static void Allow(Licenzy.Server.LicenzyServerOptions settings, bool enabled)
    {
        settings.OutboundWebhooks.Enabled = enabled;
        settings.OutboundWebhooks.AllowHttp = true;
        settings.OutboundWebhooks.AllowedPrivateNetworks.Add("127.0.0.0/8");
    }

    private static async Task BareAsync(int count, Uri url, byte[] body)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce });
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, token) =>
        {
            using var content = new ByteArrayContent(body);
            using var response = await http.PostAsync(url, content, token);
            response.EnsureSuccessStatusCode();
        });
    }

    private static async Task<WebApplication> ReceiverAsync(Func<HttpContext, Task> receive)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/hook", (HttpContext context) => receive(context));
        await app.StartAsync();
        return app;
    }

    /// <summary>Counts what arrives, and how long it took from the end of the first half to the last.</summary>
    private sealed class Race(int count)
    {
        private readonly int _warm = count / 2;
        private TaskCompletionSource<TimeSpan> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _received;
        private long _begun;

        public int Counted => count - _warm;

        public byte[] Body { get; private set; } = [];

        public Task<TimeSpan> Ended => _ended.Task;

        public void Again() => (_received, _ended) = (0, new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously));

        public async Task ReceiveAsync(HttpContext context)
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy);
            Body = copy.ToArray();
            var number = Interlocked.Increment(ref _received);
            if (number == _warm)
                _begun = Stopwatch.GetTimestamp();
            if (number == count)
                _ended.TrySetResult(Stopwatch.GetElapsedTime(_begun));
        }
    }
}
