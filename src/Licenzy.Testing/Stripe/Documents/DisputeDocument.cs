using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class DisputeDocument
{
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromDays(7);

    private static readonly string[] Evidence =
    [
        "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure", "cancellation_rebuttal",
        "customer_communication", "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
        "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt",
        "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
        "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
    ];

    public static JsonObject Of(StripeDispute dispute) => new()
    {
        ["id"] = dispute.Id,
        ["object"] = "dispute",
        ["amount"] = dispute.Amount,
        ["balance_transactions"] = new JsonArray(),
        ["charge"] = dispute.Charge,
        ["created"] = dispute.Created.Unix(),
        ["currency"] = dispute.Currency,
        ["enhanced_eligibility_types"] = new JsonArray(),
        ["evidence"] = new JsonObject { ["enhanced_evidence"] = new JsonObject() }.WithNulls(Evidence),
        ["evidence_details"] = new JsonObject
        {
            ["due_by"] = dispute.IsClosed ? null : dispute.Created.Add(TimeToAnswer).Unix(),
            ["enhanced_eligibility"] = new JsonObject(),
            ["has_evidence"] = dispute.Submissions > 0,
            ["past_due"] = false,
            ["submission_count"] = dispute.Submissions,
        },
        ["is_charge_refundable"] = dispute.IsInquiry,
        ["livemode"] = dispute.Livemode,
        ["metadata"] = new JsonObject(),
        ["payment_intent"] = dispute.PaymentIntent,
        ["payment_method_details"] = new JsonObject
        {
            ["card"] = new JsonObject
            {
                ["brand"] = "visa",
                ["case_type"] = dispute.IsInquiry ? "inquiry" : "chargeback",
                ["network"] = "visa",
                ["network_reason_code"] = "10.4",
            },
            ["type"] = "card",
        },
        ["reason"] = dispute.Reason,
        ["status"] = dispute.Status,
    };
}
