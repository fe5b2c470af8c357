using System.Text.Json;
using System.Text.Unicode;
using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>Reads events of every API version into our words; no Stripe JSON goes beyond this line.</summary>
internal static class StripeEventReader
{
    private const int MaxDepth = 64;

    /// <summary>The event, or <see langword="null"/> where the body is not an event at all.</summary>
    public static BillingEvent? Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(document.RootElement);
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException)
        {
            // Not JSON, or text with lone surrogates in it.
            return null;
        }
    }

    /// <summary>The event, or <see langword="null"/> where the element is none.</summary>
    public static BillingEvent? Read(JsonElement root)
    {
        if (root.Text("object") != "event" || root.Text("id") is not { } id || root.Text("type") is not { } type
            || root.Time("created") is not { } created || root.Object("data")?.Object("object") is not { } subject)
        {
            return null;
        }

        var head = new UnknownEvent { Id = id, Type = type, CreatedAt = created, Livemode = root.Flag("livemode"), Account = root.Text("account") };
        return type switch
        {
            "checkout.session.completed" => StripeObjectReader.Checkout(
                head, subject, subject.Text("payment_status") is "paid" or "no_payment_required" ? CheckoutResult.Paid : CheckoutResult.PaymentPending),
            "checkout.session.async_payment_succeeded" => StripeObjectReader.Checkout(head, subject, CheckoutResult.Paid),
            "checkout.session.async_payment_failed" => StripeObjectReader.Checkout(head, subject, CheckoutResult.PaymentFailed),
            "checkout.session.expired" => StripeObjectReader.Checkout(head, subject, CheckoutResult.Expired),
            "customer.subscription.created" or "customer.subscription.updated" or "customer.subscription.deleted"
                or "customer.subscription.paused" or "customer.subscription.resumed" => StripeObjectReader.Subscription(head, subject),
            "invoice.paid" or "invoice.payment_succeeded" => StripeObjectReader.Invoice(head, subject, InvoiceResult.Paid),
            "invoice.payment_failed" => StripeObjectReader.Invoice(head, subject, InvoiceResult.PaymentFailed),
            "invoice_payment.paid" => StripePaymentReader.InvoicePayment(head, subject),
            "charge.refunded" => StripePaymentReader.Charge(head, subject),
            "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" => StripePaymentReader.Refund(head, subject),
            _ when type.StartsWith("charge.dispute.", StringComparison.Ordinal) => StripePaymentReader.Dispute(head, subject),
            _ => head,
        };
    }
}
