using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class PriceDocument
{
    public static JsonObject Of(StripePrice price) => new JsonObject
    {
        ["id"] = price.Id,
        ["object"] = "price",
        ["active"] = price.Active,
        ["billing_scheme"] = "per_unit",
        ["created"] = price.Created.Unix(),
        ["currency"] = price.Currency,
        ["livemode"] = price.Livemode,
        ["metadata"] = new JsonObject(),
        ["product"] = price.Product,
        ["recurring"] = price.Recurring ? Recurring(price) : null,
        ["tax_behavior"] = "unspecified",
        ["type"] = price.Recurring ? "recurring" : "one_time",
        ["unit_amount"] = price.UnitAmount,
        ["unit_amount_decimal"] = price.UnitAmount.Text(),
    }.WithNulls("custom_unit_amount", "lookup_key", "nickname", "tiers_mode", "transform_quantity");

    // The older name of a recurring price. Stripe still sends it beside the price.
    public static JsonObject Plan(StripePrice price) => new JsonObject
    {
        ["id"] = price.Id,
        ["object"] = "plan",
        ["active"] = price.Active,
        ["amount"] = price.UnitAmount,
        ["amount_decimal"] = price.UnitAmount.Text(),
        ["billing_scheme"] = "per_unit",
        ["created"] = price.Created.Unix(),
        ["currency"] = price.Currency,
        ["interval"] = price.Interval,
        ["interval_count"] = price.IntervalCount,
        ["livemode"] = price.Livemode,
        ["metadata"] = new JsonObject(),
        ["product"] = price.Product,
        ["usage_type"] = "licensed",
    }.WithNulls("meter", "nickname", "tiers_mode", "transform_usage", "trial_period_days");

    private static JsonObject Recurring(StripePrice price) => new()
    {
        ["interval"] = price.Interval,
        ["interval_count"] = price.IntervalCount,
        ["meter"] = null,
        ["trial_period_days"] = null,
        ["usage_type"] = "licensed",
    };
}
