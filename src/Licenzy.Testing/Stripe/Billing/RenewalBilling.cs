namespace Licenzy.Testing;

/// <summary>Periods that turn, and the invoices that are paid for them or not.</summary>
internal sealed class RenewalBilling(StripeBooks books, DoubleClock clock)
{
    private static readonly TimeSpan InvoiceDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromDays(3);

    /// <summary>The period turns; an hour later, as at Stripe, its invoice is paid.</summary>
    public Change<StripeSubscription> Renew(string id)
    {
        var turned = Turn(id);
        var paidAt = Later();
        var paid = books.Invoices[turned.State.LatestInvoice!] with { Status = "paid", PaidAt = paidAt, AttemptCount = 1 };
        books.Invoices[paid.Id] = paid;
        return turned with { Events = [.. turned.Events, .. FirstPeriod.Paid(paid, paidAt)] };
    }

    /// <summary>The first failure of a period turns it; every other is one more try at the same invoice.</summary>
    public Change<StripeSubscription> Fail(string id)
    {
        var start = SubscriptionBilling.Live(books, id);
        if (start.Status is "past_due")
            return FailAgain(start, RetryDelay, start);
        var turned = Turn(id);
        Later();
        var failed = FailAgain(turned.State, RetryDelay, turned.State with { Status = "past_due" });
        return failed with { Events = [.. turned.Events, .. failed.Events] };
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
        var open = books.Invoices[before.LatestInvoice!];
        var paid = open with { Status = "paid", PaidAt = now, AttemptCount = open.AttemptCount + 1, NextPaymentAttempt = null };
        books.Invoices[paid.Id] = paid;
        var after = Keep(before with { Status = "active" });
        return new(after, [.. FirstPeriod.Paid(paid, now), Updated(after, before, now)]);
    }

    /// <summary>A paused subscription begins a period now and pays for it.</summary>
    public Change<StripeSubscription> Resume(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        if (before.Status != "paused")
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}, not paused. Call PauseAsync first.");
        var now = clock.Now;
        var after = before with
        {
            Status = "active", BillingCycleAnchor = now, PeriodStart = now, PeriodEnd = before.Items[0].Price.PeriodEnd(now),
            DefaultPaymentMethod = StripeIds.New("pm_1"), LatestInvoice = StripeIds.New("in_1"),
        };
        Keep(after);
        return new(
            after,
            [new PendingEvent(now, options => StripeEvents.SubscriptionResumed(after, before, options)), .. PaidNow(after, now)]);
    }

    /// <summary>Another price of the same rhythm changes the item only; another rhythm begins a period now and pays for it.</summary>
    public Change<StripeSubscription> ChangePrice(string id, string priceId, long? quantity)
    {
        if (!books.Prices.TryGetValue(priceId, out var price) || !price.Recurring)
            throw new ArgumentException($"There is no recurring price '{priceId}'. Call AddPrice first.", nameof(priceId));
        var now = clock.Now;
        var before = SubscriptionBilling.Live(books, id);
        var old = before.Items[0];

        // The item stays the same object with another price, as when the customer portal switches plans.
        var after = before with { Items = [old with { Price = price, Quantity = quantity ?? old.Quantity }, .. before.Items.Skip(1)] };
        if (before.Status != "active" || (old.Price.Interval, old.Price.IntervalCount) == (price.Interval, price.IntervalCount))
            return new(Keep(after), [Updated(after, before, now)]);

        after = after with { BillingCycleAnchor = now, PeriodStart = now, PeriodEnd = price.PeriodEnd(now), LatestInvoice = StripeIds.New("in_1") };
        return new(Keep(after), [Updated(after, before, now), .. PaidNow(after, now)]);
    }

    private Change<StripeSubscription> Turn(string id)
    {
        var before = SubscriptionBilling.Live(books, id);
        if (before.Status is not ("active" or "trialing"))
            throw new InvalidOperationException($"The subscription '{id}' is {before.Status}; only an active or trialing one renews.");
        if (before.CancelAt <= before.PeriodEnd)
            throw new InvalidOperationException($"The subscription '{id}' is to be canceled at {before.CancelAt:u}. Call CancelNowAsync at that time.");
        clock.MoveTo(before.PeriodEnd);
        var after = Keep(before with
        {
            Status = "active", PeriodStart = before.PeriodEnd, PeriodEnd = NextEnd(before), LatestInvoice = StripeIds.New("in_1"),
        });
        var invoice = Invoice(after, "subscription_cycle", after.PeriodStart) with { Status = "open", AttemptCount = 0 };
        books.Invoices.Add(invoice.Id, invoice);
        return new(after, [Updated(after, before, after.PeriodStart)]);
    }

    private Change<StripeSubscription> FailAgain(StripeSubscription before, TimeSpan? retry, StripeSubscription after)
    {
        var now = clock.Now;
        var open = books.Invoices[before.LatestInvoice!];
        var failed = open with { Status = "open", AttemptCount = open.AttemptCount + 1, NextPaymentAttempt = now + retry };
        books.Invoices[failed.Id] = failed;
        Keep(after);
        List<PendingEvent> events = [new(now, options => StripeEvents.InvoicePaymentFailed(failed, options))];
        if (after != before)
            events.Add(Updated(after, before, now));
        return new(after, events);
    }

    private IReadOnlyList<PendingEvent> PaidNow(StripeSubscription subscription, DateTimeOffset now)
    {
        var paid = Invoice(subscription, "subscription_update", now) with { Status = "paid", PaidAt = now };
        books.Invoices.Add(paid.Id, paid);
        return FirstPeriod.Paid(paid, now);
    }

    private DateTimeOffset Later()
    {
        clock.Advance(InvoiceDelay);
        return clock.Now;
    }

    private StripeSubscription Keep(StripeSubscription subscription) => books.Subscriptions[subscription.Id] = subscription;

    // Counted from the anchor: a subscription of the 31st comes back to the 31st after February.
    private static DateTimeOffset NextEnd(StripeSubscription subscription)
    {
        var anchor = subscription.Anchor;
        var price = subscription.Items[0].Price;
        var periods = 1;
        while (price.PeriodEnd(anchor, periods) <= subscription.PeriodEnd)
            periods++;
        return price.PeriodEnd(anchor, periods);
    }

    private StripeInvoice Invoice(StripeSubscription subscription, string reason, DateTimeOffset created) => new()
    {
        Id = subscription.LatestInvoice!, Subscription = subscription, BillingReason = reason, AmountDue = subscription.Items.Sum(line => line.Amount),
        Created = created, PeriodStart = subscription.PeriodStart, PeriodEnd = subscription.PeriodEnd, PaymentIntent = StripeIds.New("pi_3"),
        CustomerEmail = books.Customers[subscription.Customer].Email,
    };

    private static PendingEvent Updated(StripeSubscription after, StripeSubscription before, DateTimeOffset at) =>
        new(at, options => StripeEvents.SubscriptionUpdated(after, before, options));
}
