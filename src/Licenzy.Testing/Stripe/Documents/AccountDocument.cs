using System.Text.Json.Nodes;

namespace Licenzy.Testing;

internal static class AccountDocument
{
    public static JsonObject Of(string accountId) => new()
    {
        ["id"] = accountId,
        ["object"] = "account",
        ["business_type"] = "company",
        ["capabilities"] = new JsonObject { ["card_payments"] = "active", ["transfers"] = "active" },
        ["charges_enabled"] = true,
        ["country"] = "US",
        ["default_currency"] = "usd",
        ["details_submitted"] = true,
        ["email"] = "owner@example.com",
        ["payouts_enabled"] = true,
        ["settings"] = new JsonObject { ["dashboard"] = new JsonObject { ["display_name"] = "Example", ["timezone"] = "Etc/UTC" } },
        ["type"] = "standard",
    };
}
