using System.Globalization;
using System.Net.Http.Json;
using Licenzy.Load.Serving;
using Licenzy.Server;
using Licenzy.Testing;

namespace Licenzy.Load.Parts;

/// <summary>A server with one product and one customer, and no limits in the way of a measurement.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const string Subject = "user_1";

    private readonly LicenzyTestServer _server;
    private readonly Operator _operator;

    private Shop(LicenzyTestServer server)
    {
        _server = server;
        // Live mode sends webhooks over TLS alone.
        _operator = new Operator(server.BaseAddress, server.AdminKey, mode: "test");
        Runtime = server.CreateClient(server.TestKey);
    }

    /// <summary>A program with a key of test mode.</summary>
    public HttpClient Runtime { get; }

    public static async Task<Shop> OpenAsync(string? database, LicenzyTestServerOptions options, Action<LicenzyServerOptions> configure)
    {
        options.Database = database;
        options.Configure = settings =>
        {
            settings.RateLimiting.PermitsPerSecond = 0;
            configure(settings);
        };
        return new Shop(await LicenzyTestServer.StartAsync(options));
    }

    public async Task StockAsync()
    {
        await _operator.AddPackAsync("PACK", 1_000_000);
        await _operator.GrantAsync(Subject, "PACK");
    }

    public async Task ConsumeAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/usage/consume") { Content = JsonContent.Create(new { subject_ref = Subject, units = 1 }) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await Runtime.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    public async Task ListenAsync(Uri url)
    {
        using var response = await Runtime.PutAsJsonAsync("/v1/webhooks/endpoint", new { url, event_types = new[] { "usage.consumed" } });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Middle and ninety-ninth of a hundred, in milliseconds.</summary>
    public static string Spread(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture, $"median {sorted[sorted.Count / 2].TotalMilliseconds:0.00} ms, p99 {sorted[(int)(sorted.Count * 0.99)].TotalMilliseconds:0.00} ms");
    }

    public async ValueTask DisposeAsync()
    {
        Runtime.Dispose();
        _operator.Dispose();
        await _server.DisposeAsync();
    }
}
