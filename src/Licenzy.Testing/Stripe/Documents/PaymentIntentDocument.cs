using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class PaymentIntentDocument
{
    public static JsonObject Of(StripePaymentIntent payment, string? apiVersion)
    {
        var document = new JsonObject
        {
            ["id"] = payment.Id,
            ["object"] = "payment_intent",
            ["amount"] = payment.Amount,
            ["amount_capturable"] = 0,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = payment.Status == "succeeded" ? payment.Amount : 0,
            ["capture_method"] = "automatic",
            ["client_secret"] = $"{payment.Id}_secret_{payment.Id[^8..]}",
            ["confirmation_method"] = "automatic",
            ["created"] = payment.Created.Unix(),
            ["currency"] = payment.Currency,
            ["customer"] = payment.Customer,
            ["latest_charge"] = payment.Charge,
            ["livemode"] = payment.Livemode,
            ["metadata"] = payment.Metadata.ToJson(),
            ["payment_method"] = payment.Charge?.Replace("ch_", "pm_", StringComparison.Ordinal),
            ["payment_method_options"] = new JsonObject(),
            ["payment_method_types"] = new JsonArray(payment.PaymentMethodType),
            ["status"] = payment.Status,
        }.WithNulls(
            "application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason", "description",
            "last_payment_error", "next_action", "on_behalf_of", "payment_method_configuration_details", "processing", "receipt_email", "review",
            "setup_future_usage", "shipping", "source", "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group");
        if (!ApiShape.IsOld(apiVersion))
            return document.WithNulls("customer_account", "excluded_payment_method_types", "managed_payments");
        document["invoice"] = payment.Invoice;
        return document;
    }
}
