using System.Net;
using Polly;
using Polly.Timeout;

namespace Licenzy.Resilience;

internal static class Transient
{
    /// <summary>A failure that may be gone a moment later: no connection, no answer in time, 408, 429 and 5xx.</summary>
    public static bool Is(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        // Ours, with the server's word that Stripe refused: another try would only be refused again. A gateway's 502 is no such thing.
        { Result: { StatusCode: HttpStatusCode.BadGateway } refused } when refused.Content?.Headers.ContentType?.MediaType == "application/problem+json" => false,
        { Result: { } response } => (int)response.StatusCode is 408 or 429 or >= 500,
        _ => false,
    };
}
