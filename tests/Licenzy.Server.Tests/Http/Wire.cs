using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Licenzy.Server.Tests.Http;

/// <summary>What came back, read whole.</summary>
public sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, string? MediaType)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Error => (string?)Json["error"];

    public IReadOnlyList<string> Fields => [.. Json["errors"]?.AsArray().Select(error => (string)error!["field"]!) ?? []];

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>Raw HTTP with JSON, so that a test sees the wire and not our own client's idea of it.</summary>
public sealed class Wire(HttpClient http) : IDisposable
{
    public HttpClient Http => http;

    public static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>A time as bodies have it.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, (string?)null);

    public Task<Answer> PostAsync(string path, JsonNode body, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public Task<Answer> SendAsync(HttpMethod method, string path, JsonNode body, string? key = null) =>
        SendAsync(method, path, body.ToJsonString(), key);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await SendAsync(request);
    }

    /// <summary>As every caller does: told to come back, it comes back. Bounded, so that a server that never makes room fails its test.</summary>
    public static async Task<Answer> PatientlyAsync(Func<Task<Answer>> send)
    {
        var answer = await send();
        for (var again = 0; answer.Status == 503 && again < 30; again++)
        {
            Assert.That(answer.Header("Retry-After"), Is.Not.Null, answer.Text);
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture)));
            answer = await send();
        }

        return answer;
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    public void Dispose() => http.Dispose();
}
