using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class CustomerDocument
{
    public static JsonObject Of(StripeCustomer customer) => new JsonObject
    {
        ["id"] = customer.Id,
        ["object"] = "customer",
        ["balance"] = 0,
        ["created"] = customer.Created.Unix(),
        ["delinquent"] = false,
        ["email"] = customer.Email,
        ["invoice_prefix"] = "LCNZ",
        ["invoice_settings"] = new JsonObject().WithNulls("custom_fields", "default_payment_method", "footer", "rendering_options"),
        ["livemode"] = customer.Livemode,
        ["metadata"] = customer.Metadata.ToJson(),
        ["next_invoice_sequence"] = 1,
        ["preferred_locales"] = new JsonArray(),
        ["tax_exempt"] = "none",
    }.WithNulls("address", "currency", "default_source", "description", "discount", "name", "phone", "shipping", "test_clock");
}
