namespace Licenzy.Testing;

/// <summary>A subscription's beginning: made by a checkout, paid now, later, or not until a trial ends.</summary>
internal sealed class FirstPeriod(StripeBooks books)
{
    private readonly Payments payments = new(books);

    /// <summary>The payer has confirmed, and the bank wants to hear more: made, but incomplete.</summary>
    public (StripeSubscription Made, PendingEvent Event) Begin(CheckoutOrder order, StripeCheckoutSession session, StripePaymentIntent payment, DateTimeOffset now)
    {
        var made = Subscription(order, session, now);
        books.Subscriptions.Add(made.Id, made);
        var invoice = Invoice(made, session, now) with { Status = "open", AttemptCount = 0 };
        payments.Join(invoice, payment, now);
        return (made, new PendingEvent(now, options => StripeEvents.SubscriptionCreated(made, options)));
    }

    /// <summary>Starts the subscription, or goes on with the one that was begun.</summary>
    public Change<StripeCheckoutSession> Start(
        CheckoutOrder order, StripeCheckoutSession session, StripePaymentIntent? payment, DateTimeOffset now, Action<StripeCheckoutSession> keep)
    {
        var begun = order.Begun is { } id ? books.Subscriptions[id] : null;
        var made = begun ?? Subscription(order, session, now);
        var going = made with { Status = order.HasTrial ? "trialing" : "active" };
        var unpaid = payment is { Status: "processing" };
        var invoice = Invoice(going, session, now) with { Status = unpaid ? "open" : "paid", PaidAt = unpaid ? null : now };
        books.Subscriptions[going.Id] = going;
        invoice = payment is null ? books.Invoices[invoice.Id] = invoice : payments.Join(invoice, payment, now);
        session = session with { Subscription = made.Id, Invoice = invoice.Id };
        keep(session);

        var completed = new PendingEvent(now, options => StripeEvents.CheckoutSessionCompleted(session, options));
        var created = new PendingEvent(now, options => StripeEvents.SubscriptionCreated(order.HasTrial ? going : made, options));
        var updated = new PendingEvent(now, options => StripeEvents.SubscriptionUpdated(going, made, options));
        IReadOnlyList<PendingEvent> paid = unpaid ? [] : InvoiceBilling.Paid(invoice, now);
        return new(session, begun is not null ? [updated, .. paid, completed]
            : order.HasTrial ? [completed, created, .. paid]
            : [completed, created, updated, .. paid]);
    }

    public IReadOnlyList<PendingEvent> Settle(StripeInvoice invoice, bool succeeded, DateTimeOffset now)
    {
        if (succeeded)
            return InvoiceBilling.Paid(Joined(invoice with { Status = "paid", PaidAt = now }, now), now);

        var failed = Joined(invoice, now);
        var before = books.Subscriptions[invoice.Subscription.Id];
        var after = books.Subscriptions[before.Id] = before with { Status = "past_due" };
        return
        [
            new PendingEvent(now, options => StripeEvents.InvoicePaymentFailed(failed, options)),
            new PendingEvent(now, options => StripeEvents.SubscriptionUpdated(after, before, options)),
        ];
    }

    private StripeInvoice Joined(StripeInvoice invoice, DateTimeOffset now) =>
        payments.Join(invoice, books.PaymentIntents[invoice.PaymentIntent!], now);

    // The first invoice also carries the session's one-time lines.
    private static StripeInvoice Invoice(StripeSubscription subscription, StripeCheckoutSession session, DateTimeOffset now) => new()
    {
        Id = subscription.LatestInvoice!, Subscription = subscription with { Items = session.LineItems }, AmountDue = session.AmountTotal,
        Created = subscription.Created, FinalizedAt = now, PeriodStart = subscription.PeriodStart, PeriodEnd = subscription.PeriodEnd,
        CustomerEmail = session.PayerEmail,
    };

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
