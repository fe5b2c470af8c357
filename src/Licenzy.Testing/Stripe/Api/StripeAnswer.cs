using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>What goes back over HTTP.</summary>
internal sealed record StripeAnswer(int Status, byte[] Body)
{
    /// <summary>The request that first got this answer, where it is given again.</summary>
    public string? OriginalRequest { get; init; }

    /// <summary>The <c>Retry-After</c> header.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static StripeAnswer Ok(JsonObject document) => new(200, document.ToBytes());

    public static StripeAnswer Refused(StripeRefusalException refusal, string requestId)
    {
        var error = new JsonObject();
        if (refusal.Code is not null)
        {
            error["code"] = refusal.Code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{refusal.Code.Replace('_', '-')}";
        }

        error["message"] = refusal.Message;
        if (refusal.Param is not null)
            error["param"] = refusal.Param;
        error["request_log_url"] = $"https://dashboard.stripe.com/test/logs/{requestId}";
        error["type"] = refusal.Type;
        return new StripeAnswer(refusal.Status, new JsonObject { ["error"] = error }.ToBytes()) { RetryAfter = refusal.RetryAfter };
    }
}
