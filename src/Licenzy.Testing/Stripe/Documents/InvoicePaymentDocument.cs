using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class InvoicePaymentDocument
{
    public static JsonObject Of(StripeInvoicePayment payment) => new()
    {
        ["id"] = payment.Id,
        ["object"] = "invoice_payment",
        ["amount_paid"] = payment.Status == "paid" ? payment.Amount : null,
        ["amount_requested"] = payment.Amount,
        ["created"] = payment.Created.Unix(),
        ["currency"] = payment.Currency,
        ["invoice"] = payment.Invoice,
        ["is_default"] = true,
        ["livemode"] = payment.Livemode,
        ["payment"] = new JsonObject { ["payment_intent"] = payment.PaymentIntent, ["type"] = "payment_intent" },
        ["status"] = payment.Status,
        ["status_transitions"] = new JsonObject { ["canceled_at"] = payment.CanceledAt.Unix(), ["paid_at"] = payment.PaidAt.Unix() },
    };
}
