using System.Text.Json.Nodes;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>Rounds of catching up, over several connections.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CatchUpRoundTests(Engine engine)
{
    [Test]
    [Spec("POST /portal/stripe/catch-up", "a connection whose key is dead keeps no other from being caught up on every hour")]
    public async Task One_dead_key_stops_nobody_else()
    {
        await using var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PRO", "subscription", "price_pro");
        await shop.Portal.SendAsync(
            HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "live", ["secret_key"] = "sk_live_a_dead_key", ["verify"] = false });
        var worker = shop.Server.Services.GetRequiredService<CatchUpWorker>();
        var url = (string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!;
        Assert.That(await worker.RunAsync(CancellationToken.None), Is.False, "one key is dead");

        shop.Stripe.HoldEvents = true;
        shop.Clock.Advance(TimeSpan.FromHours(2));
        await shop.Stripe.PayAsync(url);
        Assert.That(await worker.RunAsync(CancellationToken.None), Is.False, "it still is");

        Assert.That((bool)(await shop.AccessAsync("user_1")).Json["has_access"]!, Is.True);
    }
}
