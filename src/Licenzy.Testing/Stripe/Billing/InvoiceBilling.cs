namespace Licenzy.Testing;

/// <summary>The invoices of a subscription: made when a period begins, paid then or an hour later.</summary>
internal sealed class InvoiceBilling(StripeBooks books)
{
    private readonly Payments payments = new(books);

    /// <summary>Makes the invoice that the subscription names as its newest, for some of its items.</summary>
    public StripeInvoice Draft(StripeSubscription subscription, IReadOnlyList<StripeLineItem> items, string reason, DateTimeOffset created)
    {
        var invoice = new StripeInvoice
        {
            Id = subscription.LatestInvoice!, Subscription = subscription with { Items = items }, Status = "draft", BillingReason = reason,
            AmountDue = items.Sum(line => line.Amount), AttemptCount = 0, Created = created, PeriodStart = subscription.PeriodStart,
            PeriodEnd = subscription.PeriodEnd, CustomerEmail = books.Customers[subscription.Customer].Email,
        };
        return books.Invoices[invoice.Id] = invoice;
    }

    /// <summary>Makes an invoice and takes its money at once, as Stripe does where a period begins out of turn.</summary>
    public IReadOnlyList<PendingEvent> PayNow(StripeSubscription subscription, IReadOnlyList<StripeLineItem> items, DateTimeOffset now) =>
        Paid(payments.Collect(Draft(subscription, items, "subscription_update", now), "succeeded", now), now);

    public static IReadOnlyList<PendingEvent> Paid(StripeInvoice invoice, DateTimeOffset at) =>
    [
        new PendingEvent(at, options => StripeEvents.InvoicePaid(invoice, options)),
        new PendingEvent(at, options => StripeEvents.InvoicePaymentSucceeded(invoice, options)),
    ];
}
