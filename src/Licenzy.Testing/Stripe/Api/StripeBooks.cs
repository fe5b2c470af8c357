namespace Licenzy.Testing;

/// <summary>Everything the double knows. Read and written under its own monitor only.</summary>
internal sealed class StripeBooks
{
    public Dictionary<string, StripePrice> Prices { get; } = [];

    public Dictionary<string, CheckoutOrder> Orders { get; } = [];

    public Dictionary<string, StripeCustomer> Customers { get; } = [];

    public Dictionary<string, StripeSubscription> Subscriptions { get; } = [];

    public Dictionary<string, StripeInvoice> Invoices { get; } = [];

    public Dictionary<string, StripePaymentIntent> PaymentIntents { get; } = [];

    public Dictionary<string, StripeCharge> Charges { get; } = [];

    public Dictionary<string, StripeRefund> Refunds { get; } = [];

    public Dictionary<string, StripeDispute> Disputes { get; } = [];

    public Dictionary<string, StripeInvoicePayment> InvoicePayments { get; } = [];

    public Dictionary<string, PortalSession> PortalSessions { get; } = [];

    public IdempotencyKeys Idempotency { get; } = new();
}
