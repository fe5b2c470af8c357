using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class RefundDocument
{
    public static JsonObject Of(StripeRefund refund, string? apiVersion)
    {
        var document = new JsonObject
        {
            ["id"] = refund.Id,
            ["object"] = "refund",
            ["amount"] = refund.Amount,
            ["balance_transaction"] = refund.Id.Replace("re_", "txn_", StringComparison.Ordinal),
            ["charge"] = refund.Charge,
            ["created"] = refund.Created.Unix(),
            ["currency"] = refund.Currency,
            ["destination_details"] = new JsonObject
            {
                ["card"] = new JsonObject
                {
                    ["reference_status"] = "pending", ["reference_type"] = "acquirer_reference_number", ["type"] = "refund",
                },
                ["type"] = "card",
            },
            ["metadata"] = new JsonObject(),
            ["payment_intent"] = refund.PaymentIntent,
            ["reason"] = refund.Reason,
            ["status"] = refund.Status,
        }.WithNulls("receipt_number", "source_transfer_reversal", "transfer_reversal");

        // These two appear only where there is something to tell.
        if (refund.FailureReason is { } reason)
            document["failure_reason"] = reason;
        if (refund.Status == "pending")
            document["pending_reason"] = "processing";
        return ApiShape.IsOld(apiVersion) ? document : document.WithNulls("customer", "customer_account", "payment_method");
    }
}
