using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>An answer, and how long it took.</summary>
internal sealed record Reply(int Status, string Text, bool SaysWhenToComeBack, TimeSpan Took)
{
    /// <summary>Nothing is promised: the same request may be sent again, and the answer says so.</summary>
    public bool IsComeBack => Status == 503 ? SaysWhenToComeBack : Status == 409 && Error == "idempotency_in_progress";

    public string? Error => (string?)Json["error"];

    public JsonNode Json => JsonNode.Parse(Text)!;

    public static Task<Reply> GetAsync(HttpClient client, string path) => SendAsync(client, new HttpRequestMessage(HttpMethod.Get, path));

    public static Task<Reply> PostAsync(HttpClient client, string path, object body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return SendAsync(client, request);
    }

    public override string ToString() => $"{Status} after {Took.TotalSeconds:0.0} s: {Text}";

    private static async Task<Reply> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return new Reply((int)answer.StatusCode, text, answer.Headers.RetryAfter is not null, Stopwatch.GetElapsedTime(begun));
        }
    }
}
