using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class SessionDocument
{
    public static JsonObject Of(StripeCheckoutSession session, string? apiVersion) => new JsonObject
    {
        ["id"] = session.Id,
        ["object"] = "checkout.session",
        ["amount_subtotal"] = session.AmountTotal + session.AmountDiscount,
        ["amount_total"] = session.AmountTotal,
        ["automatic_tax"] = new JsonObject { ["enabled"] = false }.WithNulls("liability", "provider", "status"),
        ["cancel_url"] = session.CancelUrl,
        ["client_reference_id"] = session.ClientReferenceId,
        ["created"] = session.Created.Unix(),
        ["currency"] = session.Currency,
        ["custom_fields"] = new JsonArray(),
        ["custom_text"] = new JsonObject().WithNulls("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"),
        ["customer"] = session.Customer,
        ["customer_creation"] = session.Mode == "payment" ? session.CustomerCreation : "always",
        ["customer_details"] = session.PayerEmail is { } email ? Payer(email) : null,
        ["customer_email"] = session.CustomerEmail,
        ["discounts"] = new JsonArray(),
        ["expires_at"] = session.ExpiresAt.Unix(),
        ["invoice"] = session.Invoice,
        ["invoice_creation"] = session.Mode == "payment" ? NoInvoice() : null,
        ["livemode"] = session.Livemode,
        ["metadata"] = session.Metadata.ToJson(),
        ["mode"] = session.Mode,
        ["payment_intent"] = session.PaymentIntent,
        ["payment_method_collection"] = session.Mode == "payment" ? "if_required" : "always",
        ["payment_method_options"] = new JsonObject(),
        ["payment_method_types"] = new JsonArray(session.PaymentMethodType),
        ["payment_status"] = session.PaymentStatus,
        ["phone_number_collection"] = new JsonObject { ["enabled"] = false },
        ["shipping_options"] = new JsonArray(),
        ["status"] = session.Status,
        ["subscription"] = session.Subscription,
        ["success_url"] = session.SuccessUrl,
        ["total_details"] = new JsonObject { ["amount_discount"] = session.AmountDiscount, ["amount_shipping"] = 0, ["amount_tax"] = 0 },
        ["ui_mode"] = ApiShape.IsOld(apiVersion) ? "hosted" : "hosted_page",
        ["url"] = session.Url,
    }.WithNulls(
        "adaptive_pricing", "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret", "collected_information",
        "consent", "consent_collection", "currency_conversion", "customer_account", "integration_identifier", "locale", "managed_payments",
        "origin_context", "payment_link", "payment_method_configuration_details", "permissions", "recovered_from", "saved_payment_method_options",
        "setup_intent", "shipping_address_collection", "shipping_cost", "submit_type", "wallet_options");

    public static JsonObject LineItems(StripeCheckoutSession session) => StripeJson.List(
        $"/v1/checkout/sessions/{session.Id}/line_items",
        session.LineItems.Select(line => new JsonObject
        {
            ["id"] = line.ItemId.Replace("si_", "li_", StringComparison.Ordinal),
            ["object"] = "item",
            ["adjustable_quantity"] = null,
            ["amount_discount"] = 0,
            ["amount_subtotal"] = line.Amount,
            ["amount_tax"] = 0,
            ["amount_total"] = line.Amount,
            ["currency"] = line.Price.Currency,
            ["description"] = line.Price.ProductName,
            ["metadata"] = line.Metadata.ToJson(),
            ["price"] = PriceDocument.Of(line.Price),
            ["quantity"] = line.Quantity,
        }));

    private static JsonObject Payer(string email) => new JsonObject
    {
        ["address"] = new JsonObject { ["country"] = "US", ["postal_code"] = "94107" }.WithNulls("city", "line1", "line2", "state"),
        ["email"] = email,
        ["name"] = "Jo Example",
        ["tax_exempt"] = "none",
        ["tax_ids"] = new JsonArray(),
    }.WithNulls("business_name", "individual_name", "phone");

    private static JsonObject NoInvoice() => new()
    {
        ["enabled"] = false,
        ["invoice_data"] = new JsonObject { ["metadata"] = new JsonObject() }
            .WithNulls("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options"),
    };
}
