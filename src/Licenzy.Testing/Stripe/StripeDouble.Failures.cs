using System.Net;

namespace Licenzy.Testing;

/// <content>What goes wrong on demand. It applies to API requests only, not to the pay page.</content>
public sealed partial class StripeDouble
{
    /// <summary>The next requests are refused before anything is done, whatever they are; nothing is kept under their idempotency keys.</summary>
    /// <param name="count">How many requests.</param>
    /// <param name="status">What is answered.</param>
    /// <param name="stripeCode">The error's <c>code</c>, as in <c>rate_limit</c>.</param>
    /// <param name="path">How the paths of these requests begin, as in <c>/v1/subscriptions</c>. Default: any.</param>
    /// <param name="retryAfter">The <c>Retry-After</c> header, in whole seconds. Default: none.</param>
    public void FailNext(int count, HttpStatusCode status, string? stripeCode = null, string? path = null, TimeSpan? retryAfter = null) =>
        faults.Fail(count, status, stripeCode, path, retryAfter);

    /// <summary>The next requests are carried out, and then the connection is cut: only the same idempotency key brings the answer back.</summary>
    /// <param name="count">How many requests.</param>
    /// <param name="path">How the paths of these requests begin. Default: any.</param>
    public void DropNext(int count = 1, string? path = null) => faults.Drop(count, path);

    /// <summary>The next request is carried out at once, but answered late, by the clock of the options.</summary>
    /// <param name="by">How late.</param>
    /// <param name="path">How the path of the request begins. Default: any.</param>
    public void DelayNext(TimeSpan by, string? path = null) => faults.Delay(by, path);

    /// <summary>Whatever was still to go wrong does not.</summary>
    public void StopFailing() => faults.Clear();
}
