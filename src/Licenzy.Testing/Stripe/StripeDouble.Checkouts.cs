namespace Licenzy.Testing;

/// <content>What payers do.</content>
public sealed partial class StripeDouble
{
    /// <summary>
    /// Pays a session by card: makes the payment, or the subscription with its first invoice, and sends the events. Due amount zero, in a trial
    /// for one, needs no payment.
    /// </summary>
    /// <param name="sessionIdOrUrl">The session's id or its pay page's address.</param>
    /// <param name="email">What the payer types as an e-mail address, where nobody knows it.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    /// <exception cref="InvalidOperationException">The session is not open any more.</exception>
    public Task<StripeCheckoutSession> PayAsync(string sessionIdOrUrl, string? email = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Pay(SessionId(sessionIdOrUrl), email, later: false), cancellationToken);

    /// <summary>
    /// The payer confirms, and the bank wants one more step: the subscription is made, <c>incomplete</c>, and the session stays open.
    /// <see cref="PayAsync"/> ends the step well; <see cref="ExpireIncompleteAsync"/> is what comes of waiting too long.
    /// </summary>
    /// <exception cref="InvalidOperationException">The session is not open, or makes no subscription with something to pay now.</exception>
    public Task<StripeSubscription> BeginPaymentAsync(string sessionIdOrUrl, string? email = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Begin(SessionId(sessionIdOrUrl), email), cancellationToken);

    /// <summary>A discount on what an open session costs now; 100 percent leave nothing to pay: <c>no_payment_required</c>. Renewals cost the full price.</summary>
    /// <param name="sessionIdOrUrl">The session's id or its pay page's address.</param>
    /// <param name="percentOff">1 to 100; it replaces an earlier discount.</param>
    public StripeCheckoutSession Discount(string sessionIdOrUrl, int percentOff)
    {
        lock (books)
            return Checkout.Discount(SessionId(sessionIdOrUrl), percentOff).State;
    }

    /// <summary>Completes a session with a payment that takes days: completed, but unpaid. <see cref="SettleAsync"/> or <see cref="FailPaymentAsync"/> ends it.</summary>
    public Task<StripeCheckoutSession> PayLaterAsync(string sessionIdOrUrl, string? email = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Pay(SessionId(sessionIdOrUrl), email, later: true), cancellationToken);

    /// <summary>The payment of <see cref="PayLaterAsync"/> arrives.</summary>
    public Task<StripeCheckoutSession> SettleAsync(string sessionIdOrUrl, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Settle(SessionId(sessionIdOrUrl), succeeded: true), cancellationToken);

    /// <summary>The payment of <see cref="PayLaterAsync"/> does not arrive; a subscription becomes past due.</summary>
    public Task<StripeCheckoutSession> FailPaymentAsync(string sessionIdOrUrl, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Settle(SessionId(sessionIdOrUrl), succeeded: false), cancellationToken);

    /// <summary>Nobody pays: the double's time moves to the session's end, if that is still ahead, and the session expires.</summary>
    public Task<StripeCheckoutSession> ExpireAsync(string sessionIdOrUrl, CancellationToken cancellationToken = default) =>
        DoAsync(() => Checkout.Expire(SessionId(sessionIdOrUrl)), cancellationToken);

    private CheckoutBilling Checkout => new(books, clock);

    private static string SessionId(string sessionIdOrUrl)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionIdOrUrl);
        return sessionIdOrUrl[(sessionIdOrUrl.LastIndexOf('/') + 1)..];
    }

    private async Task<T> DoAsync<T>(Func<Change<T>> act, CancellationToken cancellationToken)
    {
        Change<T> change;
        lock (books)
            change = act();
        await outbox.EmitAsync(change.Events, cancellationToken).ConfigureAwait(false);
        return change.State;
    }
}
