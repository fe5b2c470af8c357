namespace Licenzy.Testing;

/// <summary>A subscription's beginning: made by a checkout, paid now, later, or not until a trial ends.</summary>
internal sealed class FirstPeriod(StripeBooks books)
{
    public Change<StripeCheckoutSession> Start(
        CheckoutOrder order, StripeCheckoutSession session, StripePaymentIntent? payment, DateTimeOffset now,
        Action<CheckoutOrder, StripeCheckoutSession> keep)
    {
        var made = Subscription(order, session, now);
        var going = made with { Status = order.HasTrial ? "trialing" : "active" };
        var unpaid = payment is { Status: "processing" };
        var invoice = new StripeInvoice
        {
            // The first invoice also carries the session's one-time lines.
            Id = made.LatestInvoice!, Subscription = going with { Items = session.LineItems }, Status = unpaid ? "open" : "paid",
            AmountDue = session.AmountTotal, Created = now, PaidAt = unpaid ? null : now, PeriodStart = going.PeriodStart, PeriodEnd = going.PeriodEnd,
            PaymentIntent = payment?.Id, CustomerEmail = session.PayerEmail,
        };
        session = session with { Subscription = made.Id, Invoice = invoice.Id };
        books.Subscriptions.Add(going.Id, going);
        books.Invoices.Add(invoice.Id, invoice);
        keep(order, session);

        List<PendingEvent> events = [new(now, options => StripeEvents.CheckoutSessionCompleted(session, options))];
        events.Add(new PendingEvent(now, options => StripeEvents.SubscriptionCreated(order.HasTrial ? going : made, options)));
        if (!order.HasTrial)
            events.Add(new PendingEvent(now, options => StripeEvents.SubscriptionUpdated(going, made, options)));
        return new(session, unpaid ? events : [.. events, .. Paid(invoice, now)]);
    }

    public IReadOnlyList<PendingEvent> Settle(StripeInvoice invoice, bool succeeded, DateTimeOffset now)
    {
        if (succeeded)
        {
            var paid = invoice with { Status = "paid", PaidAt = now };
            books.Invoices[invoice.Id] = paid;
            return Paid(paid, now);
        }

        var before = books.Subscriptions[invoice.Subscription.Id];
        var after = before with { Status = "past_due" };
        books.Subscriptions[after.Id] = after;
        return
        [
            new PendingEvent(now, options => StripeEvents.InvoicePaymentFailed(invoice, options)),
            new PendingEvent(now, options => StripeEvents.SubscriptionUpdated(after, before, options)),
        ];
    }

    public static IReadOnlyList<PendingEvent> Paid(StripeInvoice invoice, DateTimeOffset at) =>
    [
        new PendingEvent(at, options => StripeEvents.InvoicePaid(invoice, options)),
        new PendingEvent(at, options => StripeEvents.InvoicePaymentSucceeded(invoice, options)),
    ];

    private static StripeSubscription Subscription(CheckoutOrder order, StripeCheckoutSession session, DateTimeOffset now)
    {
        DateTimeOffset? trialEnd = order.TrialEnd ?? (order.TrialDays is { } days ? now.AddDays(days) : null);
        List<StripeLineItem> items = [.. session.LineItems.Where(line => line.Price.Recurring)];
        return new StripeSubscription
        {
            Customer = session.Customer!, Status = "incomplete", Items = items, Metadata = order.SubscriptionMetadata, Created = now,
            PeriodStart = now, PeriodEnd = trialEnd ?? items[0].Price.PeriodEnd(now), TrialStart = trialEnd is null ? null : now,
            TrialEnd = trialEnd, LatestInvoice = StripeIds.New("in_1"), Currency = session.Currency, Livemode = session.Livemode,
        };
    }
}
