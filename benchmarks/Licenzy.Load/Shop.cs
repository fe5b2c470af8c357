using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Licenzy.Server;
using Licenzy.Testing;

namespace Licenzy.Load;

/// <summary>A server with one product and one customer, and no limits in the way of a measurement.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private const string Subject = "user_1";

    private readonly LicenzyTestServer _server;
    private readonly HttpClient _portal;

    private Shop(LicenzyTestServer server)
    {
        _server = server;
        _portal = server.CreateClient(server.AdminKey);
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
        await PortalAsync("products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PACK", ["name"] = "Pack", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pack", ["units"] = 1_000_000,
        });
        await PortalAsync($"customers/{Subject}/grants", new JsonObject { ["product_code"] = "PACK", ["reason"] = "a measurement" });
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
        _portal.Dispose();
        await _server.DisposeAsync();
    }

    private async Task PortalAsync(string path, JsonObject body)
    {
        using var response = await _portal.PostAsJsonAsync($"/portal/{path}", body);
        response.EnsureSuccessStatusCode();
    }
}
