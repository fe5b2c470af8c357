using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Licenzy.AspNetCore.Gating;

/// <summary>The problem a closed gate answers with, in the form of the Licenzy API.</summary>
internal static class Refusal
{
    public static async Task WriteAsync(HttpContext context, EntitlementDecision refusal, TimeSpan retryAfter)
    {
        var (status, error, title, detail) = Words(refusal);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers[HeaderNames.RetryAfter] = Seconds(refusal.RetryAfter ?? retryAfter);

        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:licenzy:error:" + error);
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("error", error);
            json.WriteStartArray("required");
            foreach (var code in refusal.Required)
                json.WriteStringValue(code);
            json.WriteEndArray();
            json.WriteString("reason", refusal.Reason);
            json.WriteEndObject();
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static (int Status, string Error, string Title, string Detail) Words(EntitlementDecision refusal) => refusal.Outcome switch
    {
        // No WWW-Authenticate: the gate does not know how this application signs its callers in.
        GateOutcome.NoSubject => (StatusCodes.Status401Unauthorized, "subject_required", "Subject required", "It is not known who is asking. Sign in first."),
        GateOutcome.NotEntitled => (StatusCodes.Status402PaymentRequired, "entitlement_required", "Entitlement required", refusal.Required.Count == 0
            ? "This needs a right that is usable now. Buy or renew one."
            : $"This needs {string.Join(" or ", refusal.Required)}. Buy or renew it."),
        _ => (StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, "Unavailable", "Whether this is paid for cannot be found out just now. Try again after Retry-After."),
    };

    private static string Seconds(TimeSpan wait) =>
        Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
