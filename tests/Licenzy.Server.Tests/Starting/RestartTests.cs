using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Starting;

/// <summary>Nothing that was answered is forgotten.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RestartTests(Engine engine)
{
    [Test]
    public async Task A_restart_keeps_rights_answers_and_the_memory_of_events()
    {
        await using var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PACK", "usage_pack", "price_pack", new JsonObject { ["units"] = 100 });
        await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("user_1", "PACK")).Json["checkout_url"]!);
        var consume = new JsonObject { ["subject_ref"] = "user_1", ["units"] = 30 };
        var key = Wire.NewKey();
        var first = await shop.Runtime.PostAsync("/v1/usage/consume", consume, key);
        Assert.That(first.Status, Is.EqualTo(200), first.Text);
        var made = await shop.Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "another" }, "make-a-key");
        var access = await shop.AccessAsync("user_1");
        var events = await shop.CountAsync("stripe_events");

        await shop.RestartAsync();

        Assert.That(Decided(await shop.AccessAsync("user_1")), Is.EqualTo(Decided(access)));
        var again = await shop.Runtime.PostAsync("/v1/usage/consume", consume, key);
        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        var remade = await shop.Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "another" }, "make-a-key");
        Assert.That(remade.Text, Is.EqualTo(made.Text));
        using (var other = new Wire(shop.Server.CreateClient((string)made.Json["key"]!)))
            Assert.That((await other.GetAsync("/v1/customer/access/user_1")).Status, Is.EqualTo(200));

        foreach (var sent in shop.Stripe.Events)
            Assert.That((int)await shop.Stripe.RedeliverAsync(sent.Id), Is.EqualTo(200), sent.Type);
        Assert.That(await shop.CountAsync("stripe_events"), Is.EqualTo(events));
        Assert.That(Decided(await shop.AccessAsync("user_1")), Is.EqualTo(Decided(access)), "after the events came again");
    }

    [Test]
    public async Task A_purchase_begun_before_a_restart_is_paid_after_it()
    {
        await using var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PRO", "subscription", "price_pro");
        var begun = await shop.CheckoutAsync("user_2", "PRO");

        await shop.RestartAsync();
        await shop.Stripe.PayAsync((string)begun.Json["checkout_url"]!);

        Assert.That((bool)(await shop.AccessAsync("user_2")).Json["has_access"]!, Is.True);
    }

    private static string Decided(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Text;
    }
}
