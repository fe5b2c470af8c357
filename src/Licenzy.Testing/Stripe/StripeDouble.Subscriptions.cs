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

    /// <summary>The first half of <see cref="RenewAsync"/>: the period turns at its end, and its invoice is a draft. <see cref="FinalizeInvoiceAsync"/> is the other half.</summary>
    public Task<StripeSubscription> TurnPeriodAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.Turn(subscriptionId), cancellationToken);

    /// <summary>An hour after the period turned its invoice is finalized, and paid unless payment fails: then it is past due.</summary>
    public Task<StripeSubscription> FinalizeInvoiceAsync(string subscriptionId, bool fails = false, CancellationToken cancellationToken = default) =>
        DoAsync(() => Renewal.FinalizeInvoice(subscriptionId, fails), cancellationToken);

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

    /// <summary>The end that was decided comes: the double's time moves there, if it is still ahead, and the subscription is deleted.</summary>
    public Task<StripeSubscription> EndAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => State.End(subscriptionId), cancellationToken);

    /// <summary>Nobody confirmed the first payment within 23 hours: <c>incomplete_expired</c>. The double's time moves there.</summary>
    public Task<StripeSubscription> ExpireIncompleteAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(() => State.ExpireIncomplete(subscriptionId), cancellationToken);

    /// <summary>Collection pauses: the status stays, and what renews from now on is not paid.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="behavior"><c>void</c>, <c>keep_as_draft</c> or <c>mark_uncollectible</c>.</param>
    /// <param name="resumesAt">When it goes on by itself, as the object tells; the double does not do it.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeSubscription> PauseCollectionAsync(
        string subscriptionId, string behavior = "void", DateTimeOffset? resumesAt = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            () => State.Update(subscriptionId, (before, _) => before with { PauseCollection = behavior, CollectionResumesAt = resumesAt }),
            cancellationToken);

    /// <summary>Collection goes on.</summary>
    public Task<StripeSubscription> ResumeCollectionAsync(string subscriptionId, CancellationToken cancellationToken = default) =>
        DoAsync(
            () => State.Update(subscriptionId, (before, _) => before with { PauseCollection = null, CollectionResumesAt = null }), cancellationToken);

    /// <summary>It ends now: at once, or because the end that was decided has come.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="reason"><c>cancellation_requested</c>, <c>payment_failed</c> or <c>payment_disputed</c>.</param>
    /// <param name="cancellationToken">Stops sending events; what happened stays.</param>
    public Task<StripeSubscription> CancelNowAsync(
        string subscriptionId, string reason = "cancellation_requested", CancellationToken cancellationToken = default) =>
        DoAsync(() => State.Delete(subscriptionId, reason), cancellationToken);

    private RenewalBilling Renewal => new(books, clock);

    private SubscriptionBilling State => new(books, clock);

    private static StripeSubscription Canceling(StripeSubscription before, DateTimeOffset now, DateTimeOffset end) =>
        before with { CancelAt = end, CancelAtPeriodEnd = false, CanceledAt = now, CancellationReason = "cancellation_requested" };
}
