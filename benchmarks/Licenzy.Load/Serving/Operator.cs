using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Licenzy.Load.Serving;

/// <summary>An operator of a server: what is sold, and to whom it is given; in live mode, which is what customers pay in, where nothing else is said.</summary>
internal sealed class Operator(Uri server, string adminKey, string mode = "live") : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", adminKey) } };

    public Task AddPackAsync(string productCode, long units) => PostAsync("products", new JsonObject
    {
        ["mode"] = mode, ["product_code"] = productCode, ["name"] = "Pack", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pack", ["units"] = units,
    });

    public Task GrantAsync(string subjectRef, string productCode) =>
        PostAsync($"customers/{subjectRef}/grants?mode={mode}", new JsonObject { ["product_code"] = productCode, ["reason"] = "a measurement" });

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string path, JsonObject body)
    {
        using var response = await _http.PostAsJsonAsync($"/portal/{path}", body);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"POST /portal/{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
