namespace Licenzy.Testing;

/// <summary>The later life of a subscription's state; money is in <see cref="RenewalBilling"/>.</summary>
internal sealed class SubscriptionBilling(StripeBooks books, DoubleClock clock)
{
    private static readonly TimeSpan TimeToConfirm = TimeSpan.FromHours(23);

    public static StripeSubscription Find(StripeBooks books, string id) =>
        books.Subscriptions.TryGetValue(id, out var found) ? found : throw new ArgumentException($"There is no subscription '{id}'.", nameof(id));

    /// <summary>A subscription that has not ended: Stripe changes no other.</summary>
    public static StripeSubscription Live(StripeBooks books, string id)
    {
        var found = Find(books, id);
        return found.EndedAt is null ? found : throw new InvalidOperationException($"The subscription '{id}' has ended.");
    }

    public Change<StripeSubscription> Update(string id, Func<StripeSubscription, DateTimeOffset, StripeSubscription> with) =>
        Update(id, with, StripeEvents.SubscriptionUpdated);

    public Change<StripeSubscription> Pause(string id) => Update(
        id,
        (before, _) => before.Status == "trialing"
            ? before with { Status = "paused", DefaultPaymentMethod = null }
            : throw new InvalidOperationException($"The subscription '{id}' is {before.Status}. Only a trial without a payment method pauses."),
        StripeEvents.SubscriptionPaused);

    public Change<StripeSubscription> TrialWillEnd(string id)
    {
        var found = Live(books, id);
        return new(found, [new PendingEvent(clock.Now, options => StripeEvents.SubscriptionTrialWillEnd(found, options))]);
    }

    /// <summary>Nobody confirmed the first payment within 23 hours.</summary>
    public Change<StripeSubscription> ExpireIncomplete(string id)
    {
        var before = Live(books, id);
        if (before.Status != "incomplete")
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}, not incomplete. Call BeginPaymentAsync first.");
        clock.MoveTo(before.Created + TimeToConfirm);
        new Payments(books).Close(books.Invoices[before.LatestInvoice!], "void", clock.Now);
        return Update(id, (_, now) => before with { Status = "incomplete_expired", EndedAt = now });
    }

    /// <summary>The end that was decided has come.</summary>
    public Change<StripeSubscription> End(string id)
    {
        if (Live(books, id).CancelAt is not { } end)
            throw new InvalidOperationException($"The subscription '{id}' is to go on. Call CancelAtPeriodEndAsync first, or CancelNowAsync.");
        clock.MoveTo(end);
        return Delete(id, "cancellation_requested");
    }

    public Change<StripeSubscription> Delete(string id, string reason)
    {
        var now = clock.Now;
        var before = Live(books, id);
        var after = before with
        {
            Status = "canceled", CanceledAt = before.CanceledAt ?? now, EndedAt = now, CancellationReason = before.CancellationReason ?? reason,
        };
        books.Subscriptions[id] = after;
        return new(after, [new PendingEvent(now, options => StripeEvents.SubscriptionDeleted(after, options))]);
    }

    private Change<StripeSubscription> Update(
        string id, Func<StripeSubscription, DateTimeOffset, StripeSubscription> with,
        Func<StripeSubscription, StripeSubscription?, StripeEventOptions?, System.Text.Json.Nodes.JsonObject> write)
    {
        var now = clock.Now;
        var before = Live(books, id);
        var after = with(before, now);
        books.Subscriptions[id] = after;
        return new(after, [new PendingEvent(now, options => write(after, before, options))]);
    }
}
