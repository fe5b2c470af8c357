namespace Licenzy.Testing;

/// <content>What happens to subscriptions.</content>
public sealed partial class StripeDouble
{
    /// <summary>
    /// The period turns and its invoice is paid an hour later. The double's time moves to the period's end, if that is still ahead, and then by
    /// the hour. A trial becomes a paid period.
    /// </summary>
    public Task<StripeSubscription> RenewAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.Renew(subscriptionId), cancellationToken);

    /// <summary>The period turns as in <see cref="RenewAsync"/>, but payment fails: past due. Again: one more try at the same invoice fails.</summary>
    public Task<StripeSubscription> FailRenewalAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.Fail(subscriptionId), cancellationToken);

    /// <summary>The open invoice of a past due or unpaid subscription is paid: active again.</summary>
    public Task<StripeSubscription> RecoverAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.Recover(subscriptionId), cancellationToken);

    /// <summary>The last try at a past due invoice fails: unpaid.</summary>
    public Task<StripeSubscription> MarkUnpaidAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.GiveUp(subscriptionId), cancellationToken);

    /// <summary>A trial ends without a payment method: paused.</summary>
    public Task<StripeSubscription> PauseAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => State.Pause(subscriptionId), cancellationToken);

    /// <summary>A paused subscription goes on with a new period that begins and is paid now.</summary>
    public Task<StripeSubscription> ResumeAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.Resume(subscriptionId), cancellationToken);

    /// <summary>Tells that a trial ends soon.</summary>
    public Task<StripeSubscription> TrialWillEndAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => State.TrialWillEnd(subscriptionId), cancellationToken);

    /// <summary>It is to end with the current period: the flag, and <c>cancel_at</c> beside it.</summary>
    public Task<StripeSubscription> CancelAtPeriodEndAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(
            () => State.Update(subscriptionId, (before, now) => Canceling(before, now, before.PeriodEnd) with { CancelAtPeriodEnd = true }),
            cancellationToken);

    /// <summary>It is to end at an instant: <c>cancel_at</c> with the flag false, as the customer portal does it under flexible billing.</summary>
    public Task<StripeSubscription> CancelAtAsync(string subscriptionId, DateTimeOffset instant, CancellationToken cancellationToken = default) =>
        DoAsync(() => State.Update(subscriptionId, (before, now) => Canceling(before, now, instant)), cancellationToken);

    /// <summary>A decided end is taken back.</summary>
    public Task<StripeSubscription> UncancelAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(
            () => State.Update(subscriptionId, (before, _) => before with
            {
                CancelAt = null, CancelAtPeriodEnd = false, CanceledAt = null, CancellationReason = null,
            }),
            cancellationToken);

    /// <summary>It ends now: at once, or because the end that was decided has come.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="reason"><c>cancellation_requested</c>, <c>payment_failed</c> or <c>payment_disputed</c>.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeSubscription> CancelNowAsync(
        string subscriptionId, string reason = "cancellation_requested", CancellationToken cancellationToken = default) =>
        DoAsync(() => State.Delete(subscriptionId, reason), cancellationToken);

    /// <summary>
    /// Its first item gets another price, and another quantity where one is given. Between prices of one interval the period stays and no
    /// proration is invoiced; another interval begins a period now and pays its full price.
    /// </summary>
    public Task<StripeSubscription> ChangePriceAsync(
        string subscriptionId, string priceId, long? quantity = null, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.ChangePrice(subscriptionId, priceId, quantity), cancellationToken);

    private RenewalBilling Renewal => new(books, clock);

    private SubscriptionBilling State => new(books, clock);

    private static StripeSubscription Canceling(StripeSubscription before, DateTimeOffset now, DateTimeOffset end) =>
        before with { CancelAt = end, CancelAtPeriodEnd = false, CanceledAt = now, CancellationReason = "cancellation_requested" };
}
