using System.Text.Json;
using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>Reads what Stripe says of money that was paid: charges, refunds, disputes, and which invoice a payment paid.</summary>
internal static class StripePaymentReader
{
    public static BillingEvent? Charge(BillingEvent head, JsonElement charge) =>
        charge.Text("id") is not { } id ? null
        : charge.Number("amount") is not { } amount ? head
        : new ChargeEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            PaymentId = charge.Id("payment_intent") ?? id,
            ChargeId = id,
            Amount = charge.Number("amount_captured") is { } captured and > 0 ? captured : amount,
            AmountRefunded = charge.Number("amount_refunded") ?? 0,
            InvoiceId = charge.Id("invoice"),
        };

    public static BillingEvent? Refund(BillingEvent head, JsonElement refund) =>
        refund.Text("id") is not { } id ? null
        : PaymentOf(refund) is not { } payment || refund.Number("amount") is not { } amount ? head
        : new RefundEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            PaymentId = payment,
            ChargeId = refund.Id("charge"),
            RefundId = id,
            Amount = amount,
            HasFailed = head.Type == "refund.failed" || refund.Text("status") is "failed" or "canceled",
            RefundedAt = refund.Time("created") ?? head.CreatedAt,
        };

    public static BillingEvent? Dispute(BillingEvent head, JsonElement dispute) =>
        dispute.Text("id") is not { } id ? null
        // A word newer than this code: what is known stays.
        : PaymentOf(dispute) is not { } payment || StatusOf(dispute) is not { } status ? head
        : new DisputeEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            PaymentId = payment,
            ChargeId = dispute.Id("charge"),
            DisputeId = id,
            Status = status,
            OpenedAt = dispute.Time("created") ?? head.CreatedAt,
        };

    public static BillingEvent? InvoicePayment(BillingEvent head, JsonElement paid) =>
        paid.Text("id") is null ? null
        : paid.Id("invoice") is not { } invoice || paid.Object("payment") is not { } by || PaymentOf(by) is not { } payment ? head
        : new InvoicePaymentEvent
        {
            Id = head.Id,
            Type = head.Type,
            CreatedAt = head.CreatedAt,
            IsFetched = head.IsFetched,
            Livemode = head.Livemode,
            Account = head.Account,
            PaymentId = payment,
            ChargeId = by.Id("charge"),
            InvoiceId = invoice,
        };

    /// <summary>The payments of an invoice that names them: since 2025-03-31 in a list, before that itself.</summary>
    public static IEnumerable<string> PaymentsOf(JsonElement invoice) =>
        invoice.List("payments").Select(paid => paid.Object("payment") is { } by ? PaymentOf(by) : null).Append(PaymentOf(invoice)).OfType<string>().Distinct();

    private static string? PaymentOf(JsonElement about) => about.Id("payment_intent") ?? about.Id("charge");

    private static DisputeStatus? StatusOf(JsonElement dispute) => dispute.Text("status") switch
    {
        "warning_needs_response" or "warning_under_review" or "warning_closed" or "prevented" => DisputeStatus.Inquiry,
        "needs_response" or "under_review" => DisputeStatus.Open,
        "won" => DisputeStatus.Won,
        "lost" => DisputeStatus.Lost,
        _ => null,
    };
}
