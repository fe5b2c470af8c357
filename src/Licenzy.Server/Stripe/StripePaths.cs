namespace Licenzy.Server.Stripe;

/// <summary>What is asked of Stripe when an event leaves something open.</summary>
internal static class StripePaths
{
    public static string Subscription(string id) => $"/v1/subscriptions/{Escaped(id)}";

    /// <summary>A Checkout Session with its subscription and its payment's charge: what became of it?</summary>
    public static string CheckoutSession(string id) => $"/v1/checkout/sessions/{Escaped(id)}?expand[]=subscription&expand[]=payment_intent.latest_charge";

    public static string Invoice(string id) => $"/v1/invoices/{Escaped(id)}";

    /// <summary>A subscription's paid invoices, the newest first: among changes that were billed, the last that renews it.</summary>
    public static string PaidInvoicesOf(string subscription) => $"/v1/invoices?subscription={Escaped(subscription)}&status=paid&limit=20";

    /// <summary>A payment with the charge that took the money.</summary>
    public static string Payment(string id) => IsIntent(id) ? $"/v1/payment_intents/{Escaped(id)}?expand[]=latest_charge" : $"/v1/charges/{Escaped(id)}";

    /// <summary>A Checkout Session with what it sold.</summary>
    public static string Session(string id) => $"/v1/checkout/sessions/{Escaped(id)}?expand[]=line_items";

    /// <summary>The Checkout Session that made a payment, with what it sold.</summary>
    public static string SessionsOf(string payment) => $"/v1/checkout/sessions?payment_intent={Escaped(payment)}&limit=1&expand[]=data.line_items";

    public static string RefundsOf(string payment) => $"/v1/refunds?{Of(payment)}&limit=100";

    public static string DisputesOf(string payment) => $"/v1/disputes?{Of(payment)}&limit=100";

    /// <summary>The invoice that a payment paid, if it paid one.</summary>
    public static string InvoicePaymentsOf(string payment) =>
        $"/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]={Escaped(payment)}&limit=10";

    /// <summary>Whether the id is a payment intent's; otherwise it is a charge's.</summary>
    public static bool IsIntent(string payment) => payment.StartsWith("pi_", StringComparison.Ordinal);

    private static string Of(string payment) => $"{(IsIntent(payment) ? "payment_intent" : "charge")}={Escaped(payment)}";

    private static string Escaped(string id) => Uri.EscapeDataString(id);
}
