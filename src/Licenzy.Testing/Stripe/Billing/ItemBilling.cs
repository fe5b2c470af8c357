namespace Licenzy.Testing;

/// <summary>What a subscription is made of: prices that change, items that come and go, some with periods of their own.</summary>
internal sealed class ItemBilling(StripeBooks books, DoubleClock clock)
{
    private static readonly TimeSpan InvoiceDelay = TimeSpan.FromHours(1);

    private readonly InvoiceBilling invoices = new(books);

    /// <summary>Another price of the same rhythm changes the item only; another rhythm begins a period now and pays for it.</summary>
    public Change<StripeSubscription> ChangePrice(string id, string priceId, long? quantity)
    {
        var price = Recurring(priceId);
        var now = clock.Now;
        var before = SubscriptionBilling.Live(books, id);
        var old = before.Items[0];

        // The item stays the same object with another price, as when the customer portal switches plans.
        var after = before with { Items = [old with { Price = price, Quantity = quantity ?? old.Quantity }, .. before.Items.Skip(1)] };
        if (before.Status != "active" || SameRhythm(old.Price, price))
            return new(Keep(after), [RenewalBilling.Updated(after, before, now)]);

        after = Keep(after with
        {
            BillingCycleAnchor = now, PeriodStart = now, PeriodEnd = price.PeriodEnd(now), LatestInvoice = StripeIds.New("in_1"),
        });
        return new(after, [RenewalBilling.Updated(after, before, now), .. invoices.PayNow(after, after.Items, now)]);
    }

    public Change<StripeSubscription> ChangeQuantity(string id, long quantity, string? itemId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 1);
        var before = SubscriptionBilling.Live(books, id);
        var item = Item(before, itemId);
        return Update(before, before with { Items = [.. before.Items.Select(line => line == item ? line with { Quantity = quantity } : line)] });
    }

    /// <summary>An item of the subscription's rhythm joins its period; one of another rhythm begins its own now, and is paid now.</summary>
    public Change<StripeSubscription> Add(string id, string priceId, long quantity)
    {
        var (price, now) = (Recurring(priceId), clock.Now);
        var before = SubscriptionBilling.Live(books, id);
        if (before.Items.Any(line => line.Price.Id == priceId))
            throw new InvalidOperationException($"The subscription '{id}' has an item with price '{priceId}' already. Call ChangeQuantityAsync.");
        var item = new StripeLineItem(price, quantity);
        if (SameRhythm(before.Items[0].Price, price))
            return Update(before, before with { Items = [.. before.Items, item] });

        item = item with { PeriodStart = now, PeriodEnd = price.PeriodEnd(now) };
        var after = Keep(before with { Items = [.. before.Items, item], LatestInvoice = StripeIds.New("in_1") });
        return new(after, [RenewalBilling.Updated(after, before, now), .. invoices.PayNow(after, [item], now)]);
    }

    public Change<StripeSubscription> Remove(string id, string itemId)
    {
        var before = SubscriptionBilling.Live(books, id);
        var item = Item(before, itemId);
        return before.Items.Count > 1
            ? Update(before, before with { Items = [.. before.Items.Where(line => line != item)] })
            : throw new InvalidOperationException($"'{itemId}' is the last item of subscription '{id}'. Call CancelNowAsync.");
    }

    /// <summary>The own period of an item turns; an hour later its invoice is paid.</summary>
    public Change<StripeSubscription> Renew(string id, string itemId)
    {
        var before = SubscriptionBilling.Live(books, id);
        var item = Item(before, itemId);
        if (item.PeriodEnd is not { } end)
            throw new InvalidOperationException($"The item '{itemId}' has no period of its own. Call RenewAsync.");
        clock.MoveTo(end);
        var turned = item with { PeriodStart = end, PeriodEnd = item.Price.PeriodEnd(end) };
        var after = Keep(before with
        {
            Items = [.. before.Items.Select(line => line == item ? turned : line)], LatestInvoice = StripeIds.New("in_1"),
        });
        invoices.Draft(after, [turned], "subscription_cycle", end);
        clock.Advance(InvoiceDelay);
        var paid = new Payments(books).Collect(books.Invoices[after.LatestInvoice!], "succeeded", clock.Now);
        return new(after, [RenewalBilling.Updated(after, before, end), .. InvoiceBilling.Paid(paid, clock.Now)]);
    }

    private Change<StripeSubscription> Update(StripeSubscription before, StripeSubscription after) =>
        new(Keep(after), [RenewalBilling.Updated(after, before, clock.Now)]);

    private StripeSubscription Keep(StripeSubscription subscription) => books.Subscriptions[subscription.Id] = subscription;

    private StripePrice Recurring(string priceId) =>
        books.Prices.TryGetValue(priceId, out var price) && price.Recurring
            ? price
            : throw new ArgumentException($"There is no recurring price '{priceId}'. Call AddPrice first.", nameof(priceId));

    private static StripeLineItem Item(StripeSubscription subscription, string? itemId) =>
        itemId is null
            ? subscription.Items[0]
            : subscription.Items.FirstOrDefault(line => line.ItemId == itemId)
              ?? throw new ArgumentException($"The subscription '{subscription.Id}' has no item '{itemId}'.", nameof(itemId));

    private static bool SameRhythm(StripePrice one, StripePrice other) => (one.Interval, one.IntervalCount) == (other.Interval, other.IntervalCount);
}
