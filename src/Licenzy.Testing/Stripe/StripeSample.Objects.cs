namespace Licenzy.Testing;

/// <content>The objects inside the events.</content>
public sealed partial record StripeSample
{
    private long Amount => (Line ?? Once).Amount;

    private StripeCheckoutSession Checkout(DateTimeOffset now)
    {
        var line = Line ?? Once;
        return new StripeCheckoutSession
        {
            Id = Session, Mode = line.Price.Recurring ? "subscription" : "payment", Status = "complete", PaymentStatus = "paid", LineItems = [line],
            ClientReferenceId = ClientReferenceId, Metadata = Metadata, Customer = Customer, PayerEmail = "jo@example.com",
            Subscription = line.Price.Recurring ? Subscription : null, Invoice = line.Price.Recurring ? Invoice : null,
            PaymentIntent = line.Price.Recurring ? null : PaymentIntent,
            AmountTotal = line.Amount, Currency = line.Price.Currency, Created = now, ExpiresAt = now.AddDays(1),
        };
    }

    private StripeSubscription State(DateTimeOffset now)
    {
        var line = Line ?? Monthly;
        return new StripeSubscription
        {
            Id = Subscription, Customer = Customer, Items = [line], Metadata = Metadata, LatestInvoice = Invoice, Currency = line.Price.Currency,
            Created = now, PeriodStart = now, PeriodEnd = line.Price.PeriodEnd(now),
        };
    }

    // A trial of two weeks that ends at the given instant.
    private StripeSubscription Trial(DateTimeOffset end, string status) => State(end) with
    {
        Status = status, Created = end.AddDays(-14), TrialStart = end.AddDays(-14), TrialEnd = end, PeriodStart = end.AddDays(-14), PeriodEnd = end,
        DefaultPaymentMethod = null,
    };

    private StripeInvoice Bill(DateTimeOffset now)
    {
        var subscription = State(now);
        return new StripeInvoice
        {
            Id = Invoice, Subscription = subscription, AmountDue = subscription.Items.Sum(line => line.Amount), Created = now, PaidAt = now,
            PeriodStart = subscription.PeriodStart, PeriodEnd = subscription.PeriodEnd, CustomerEmail = "jo@example.com",
        };
    }

    private StripeCharge Taken(DateTimeOffset now) => new()
    {
        Id = Charge, PaymentIntent = PaymentIntent, Amount = Amount, Currency = (Line ?? Once).Price.Currency, Customer = Customer, Metadata = Metadata,
        Created = now,
    };

    private StripeRefund Refund(DateTimeOffset now) => new()
    {
        Id = Charge.Replace("ch_", "re_", StringComparison.Ordinal), Charge = Charge, PaymentIntent = PaymentIntent, Amount = Amount,
        Currency = (Line ?? Once).Price.Currency, Created = now,
    };

    private StripeDispute Dispute(DateTimeOffset now) => new()
    {
        Id = Charge.Replace("ch_", "dp_", StringComparison.Ordinal), Charge = Charge, PaymentIntent = PaymentIntent, Amount = Amount,
        Currency = (Line ?? Once).Price.Currency, Created = now,
    };
}
