namespace Licenzy.Testing;

/// <summary>Periods that turn, and the invoices that are paid for them or not.</summary>
internal sealed class RenewalBilling(StripeBooks books, DoubleClock clock)
{
    private static readonly TimeSpan InvoiceDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromDays(3);

    private readonly Payments payments = new(books);
    private readonly InvoiceBilling invoices = new(books);

    /// <summary>The period turns; an hour later, as at Stripe, its invoice is paid.</summary>
    public Change<StripeSubscription> Renew(string id) => Turn(id).Then(() => FinalizeInvoice(id, fails: false));

    /// <summary>The first failure of a period turns it; every other is one more try at the same invoice.</summary>
    public Change<StripeSubscription> Fail(string id)
    {
        var start = SubscriptionBilling.Live(books, id);
        return start.Status == "past_due" ? FailAgain(start, RetryDelay, start) : Turn(id).Then(() => FinalizeInvoice(id, fails: true));
    }

    /// <summary>The period turns, at its end and not before. Its invoice is a draft for now.</summary>
    public Change<StripeSubscription> Turn(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        if (before.Status is not ("active" or "trialing"))
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}; only an active or trialing one renews.");
        if (before.CancelAt <= before.PeriodEnd)
            throw new InvalidOperationException($"The subscription '{id}' is to be canceled at {before.CancelAt:u}. Call EndAsync.");
        clock.MoveTo(before.PeriodEnd);
        var after = Keep(before with
        {
            Status = "active", PeriodStart = before.PeriodEnd, PeriodEnd = NextEnd(before), LatestInvoice = StripeIds.New("in_1"),
        });
        invoices.Draft(after, [.. after.Items.Where(line => line.PeriodEnd is null)], "subscription_cycle", after.PeriodStart);
        return new(after, [Updated(after, before, after.PeriodStart)]);
    }

    /// <summary>An hour after the turn the draft becomes an invoice, and its money is taken or not. Where collection is paused, nobody is asked for it.</summary>
    public Change<StripeSubscription> FinalizeInvoice(string id, bool fails)
    {
        var subscription = SubscriptionBilling.Live(books, id);
        var draft = books.Invoices[subscription.LatestInvoice!];
        if (draft.Status != "draft")
            throw new InvalidOperationException($"The invoice '{draft.Id}' of subscription '{id}' is {draft.Status}, not draft. Call TurnPeriodAsync first.");
        clock.MoveTo(draft.Created + InvoiceDelay);
        var now = clock.Now;
        if (subscription.PauseCollection is { } behavior)
        {
            if (behavior != "keep_as_draft")
                payments.Close(draft with { FinalizedAt = now }, behavior == "void" ? "void" : "uncollectible", now);
            return new(subscription, []);
        }

        return fails
            ? FailAgain(subscription, RetryDelay, subscription with { Status = "past_due" })
            : new(subscription, InvoiceBilling.Paid(payments.Collect(draft, "succeeded", now), now));
    }

    /// <summary>The last try failed and the account's setting is to leave the subscription unpaid.</summary>
    public Change<StripeSubscription> GiveUp(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        return before.Status == "past_due"
            ? FailAgain(before, null, before with { Status = "unpaid" })
            : throw new InvalidOperationException($"The subscription '{id}' is {before.Status}, not past_due. Call FailRenewalAsync first.");
    }

    /// <summary>The open invoice is paid after all.</summary>
    public Change<StripeSubscription> Recover(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        if (before.Status is not ("past_due" or "unpaid"))
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}: it has no unpaid invoice. Call FailRenewalAsync first.");
        var now = clock.Now;
        var paid = payments.Collect(books.Invoices[before.LatestInvoice!], "succeeded", now);
        var after = Keep(before with { Status = "active" });
        return new(after, [.. InvoiceBilling.Paid(paid, now), Updated(after, before, now)]);
    }

    /// <summary>A paused subscription begins a period now and pays for it.</summary>
    public Change<StripeSubscription> Resume(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        if (before.Status != "paused")
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}, not paused. Call PauseAsync first.");
        var now = clock.Now;
        var after = Keep(before with
        {
            Status = "active", BillingCycleAnchor = now, PeriodStart = now, PeriodEnd = before.Items[0].Price.PeriodEnd(now),
            DefaultPaymentMethod = StripeIds.New("pm_1"), LatestInvoice = StripeIds.New("in_1"),
        });
        return new(
            after,
            [new PendingEvent(now, options => StripeEvents.SubscriptionResumed(after, before, options)), .. invoices.PayNow(after, after.Items, now)]);
    }

    public static PendingEvent Updated(StripeSubscription after, StripeSubscription before, DateTimeOffset at) =>
        new(at, options => StripeEvents.SubscriptionUpdated(after, before, options));

    private Change<StripeSubscription> FailAgain(StripeSubscription before, TimeSpan? retry, StripeSubscription after)
    {
        var now = clock.Now;
        var tried = payments.Collect(books.Invoices[before.LatestInvoice!], "failed", now);
        var failed = books.Invoices[tried.Id] = tried with { NextPaymentAttempt = now + retry };
        Keep(after);
        List<PendingEvent> events = [new(now, options => StripeEvents.InvoicePaymentFailed(failed, options))];
        if (after != before)
            events.Add(Updated(after, before, now));
        return new(after, events);
    }

    private StripeSubscription Keep(StripeSubscription subscription) => books.Subscriptions[subscription.Id] = subscription;

    // Counted from the anchor: a subscription of the 31st comes back to the 31st after February.
    private static DateTimeOffset NextEnd(StripeSubscription subscription)
    {
        var price = subscription.Items.First(line => line.PeriodEnd is null).Price;
        var periods = 1;
        while (price.PeriodEnd(subscription.Anchor, periods) <= subscription.PeriodEnd)
            periods++;
        return price.PeriodEnd(subscription.Anchor, periods);
    }
}
