using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>The account's API version decides the shape of its events, never the right that follows.</summary>
public sealed class ApiVersionTests
{
    private static readonly string?[] Versions = ["2024-06-20", "2025-03-31.basil", null, StripeEvents.CurrentApiVersion];

    [Test]
    public async Task One_subscription_gives_the_same_right_in_every_version()
    {
        var rights = new List<string>();
        foreach (var version in Versions)
            rights.Add(await RightAsync(version));

        Assert.That(rights[0], Does.Contain("subscription_active").And.Contain("2026-09-01"));
        Assert.That(rights, Is.All.EqualTo(rights[0]));
    }

    private static async Task<string> RightAsync(string? version)
    {
        await using var shop = await Shop.OpenAsync(Engine.Sqlite);
        await shop.ConnectAsync();
        await shop.SellAsync("PRO", "subscription", "price_pro", new JsonObject { ["units"] = 10 });
        var attempt = (string)(await shop.CheckoutAsync("user_1", "PRO")).Json["attempt_id"]!;
        var begun = new StripeSubscription
        {
            Id = "sub_versions",
            Customer = "cus_versions",
            Items = [new StripeLineItem(new StripePrice("price_pro", 2000) { Interval = "month" }) { ItemId = "si_versions" }],
            Metadata = new Dictionary<string, string> { ["licenzy_attempt_id"] = attempt },
            Created = Shop.Opening,
            PeriodStart = Shop.Opening,
            PeriodEnd = Shop.Opening.AddMonths(1),
        };

        await DeliverAsync(shop, StripeEvents.SubscriptionCreated(begun, At(version, 0)));
        await DeliverAsync(shop, StripeEvents.InvoicePaid(new StripeInvoice { Id = "in_versions", Subscription = begun }, At(version, 1)));
        await DeliverAsync(shop, StripeEvents.SubscriptionUpdated(begun, begun with { Status = "incomplete" }, At(version, 2)));

        var access = (await shop.AccessAsync("user_1")).Json;
        var right = access["entitlements"]!.AsArray().Single()!.AsObject();
        right.Remove("id");
        return access.ToJsonString();
    }

    private static StripeEventOptions At(string? version, int second) =>
        new() { Id = $"evt_version_{second}", ApiVersion = version, Created = Shop.Opening.AddSeconds(second) };

    private static async Task DeliverAsync(Shop shop, JsonObject document)
    {
        var payload = System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
        Assert.That(
            (int)await shop.Stripe.DeliverAsync(payload, StripeSignature.Sign(payload, shop.Stripe.WebhookSecret, shop.Clock.GetUtcNow())), Is.EqualTo(200));
    }
}
