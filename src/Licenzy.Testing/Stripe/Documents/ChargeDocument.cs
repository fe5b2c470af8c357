using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class ChargeDocument
{
    public static JsonObject Of(StripeCharge charge, string? apiVersion)
    {
        var succeeded = charge.Status == "succeeded";
        var document = new JsonObject
        {
            ["id"] = charge.Id,
            ["object"] = "charge",
            ["amount"] = charge.Amount,
            ["amount_captured"] = succeeded ? charge.Amount : 0,
            ["amount_refunded"] = charge.AmountRefunded,
            ["balance_transaction"] = succeeded ? charge.Id.Replace("ch_", "txn_", StringComparison.Ordinal) : null,
            ["billing_details"] = new JsonObject
            {
                ["address"] = new JsonObject().WithNulls("city", "country", "line1", "line2", "postal_code", "state"),
            }.WithNulls("email", "name", "phone", "tax_id"),
            ["captured"] = succeeded,
            ["created"] = charge.Created.Unix(),
            ["currency"] = charge.Currency,
            ["customer"] = charge.Customer,
            ["disputed"] = charge.Disputed,
            ["failure_code"] = charge.Status == "failed" ? "card_declined" : null,
            ["failure_message"] = charge.Status == "failed" ? "Your card was declined." : null,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = charge.Livemode,
            ["metadata"] = charge.Metadata.ToJson(),
            ["outcome"] = Outcome(charge),
            ["paid"] = succeeded,
            ["payment_intent"] = charge.PaymentIntent,
            ["payment_method"] = charge.Id.Replace("ch_", "pm_", StringComparison.Ordinal),
            ["payment_method_details"] = Method(charge),
            ["refunded"] = charge.Amount > 0 && charge.AmountRefunded == charge.Amount,
            ["status"] = charge.Status,
        }.WithNulls(
            "application", "application_fee", "application_fee_amount", "calculated_statement_descriptor", "description",
            "failure_balance_transaction", "on_behalf_of", "receipt_email", "receipt_number", "receipt_url", "review", "shipping", "source",
            "source_transfer", "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group");
        if (ApiShape.IsOld(apiVersion))
            document["invoice"] = charge.Invoice;
        return document;
    }

    private static JsonObject Outcome(StripeCharge charge) => new JsonObject
    {
        ["network_status"] = charge.Status == "failed" ? "declined_by_network" : "approved_by_network",
        ["risk_level"] = "normal",
        ["seller_message"] = charge.Status == "failed" ? "The bank did not return any further details with this decline." : "Payment complete.",
        ["type"] = charge.Status == "failed" ? "issuer_declined" : "authorized",
    }.WithNulls("advice_code", "network_advice_code", "network_decline_code", "reason");

    private static JsonObject Method(StripeCharge charge) => charge.PaymentMethodType == "card"
        ? new JsonObject { ["card"] = Card(charge.Amount), ["type"] = "card" }
        : new JsonObject
        {
            ["type"] = charge.PaymentMethodType,
            [charge.PaymentMethodType] = new JsonObject { ["account_type"] = "checking", ["bank_name"] = "TEST BANK", ["last4"] = "6789" }
                .WithNulls("account_holder_type", "fingerprint", "payment_reference", "routing_number"),
        };

    private static JsonObject Card(long amount) => new JsonObject
    {
        ["amount_authorized"] = amount,
        ["brand"] = "visa",
        ["checks"] = new JsonObject { ["cvc_check"] = "pass" }.WithNulls("address_line1_check", "address_postal_code_check"),
        ["country"] = "US",
        ["exp_month"] = 8,
        ["exp_year"] = 2034,
        ["funding"] = "credit",
        ["last4"] = "4242",
        ["network"] = "visa",
    }.WithNulls(
        "authorization_code", "fingerprint", "installments", "mandate", "network_token", "network_transaction_id", "regulated_status",
        "three_d_secure", "transaction_link_id", "wallet");
}
