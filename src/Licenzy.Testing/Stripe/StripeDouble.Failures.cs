using System.Net;

namespace Licenzy.Testing;

/// <content>What goes wrong on demand. It applies to API requests only, not to the pay page.</content>
public sealed partial class StripeDouble
{
    /// <summary>The next requests are refused before anything is done, whatever they are; nothing is kept under their idempotency keys.</summary>
    /// <param name="count">How many requests.</param>
    /// <param name="status">What is answered.</param>
    /// <param name="stripeCode">The error's <c>code</c>, as in <c>rate_limit</c>.</param>
    public void FailNext(int count, HttpStatusCode status, string? stripeCode = null) => faults.Fail(count, status, stripeCode);

    /// <summary>The next requests are carried out, and then the connection is cut: only the same idempotency key brings the answer back.</summary>
    /// <param name="count">How many requests.</param>
    public void DropNext(int count = 1) => faults.Drop(count);

    /// <summary>The next request is carried out at once, but answered late, by the clock of the options.</summary>
    /// <param name="by">How late.</param>
    public void DelayNext(TimeSpan by) => faults.Delay(by);
}
