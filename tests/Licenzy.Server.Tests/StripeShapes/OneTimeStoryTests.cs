using System.Text.Json.Nodes;
using static Licenzy.Server.Tests.StripeShapes.SubscriptionStoryTests;

namespace Licenzy.Server.Tests.StripeShapes;

/// <summary>Passes and packs, told by Stripe's own example events.</summary>
public sealed class OneTimeStoryTests
{
    [Test]
    public async Task A_pass_paid_at_once_lasts_its_days_from_the_payment()
    {
        await using var story = await StripeStory.BeginAsync("time_pass", new JsonObject { ["duration_days"] = 30 });

        var paid = await story.TellAsync("checkout.session.completed.payment_paid");

        Expect(paid, true, "active", "time_pass_active");
        var right = paid["entitlements"]![0]!;
        var (start, end) = (DateTimeOffset.Parse((string)right["starts_at"]!, null), DateTimeOffset.Parse((string)right["expires_at"]!, null));
        Assert.That((start, end), Is.EqualTo((story.Shop.Clock.GetUtcNow(), story.Shop.Clock.GetUtcNow().AddDays(30))));
        Expect(await story.AtAsync(right["expires_at"]!, TimeSpan.Zero), false, "expired", "time_pass_expired");
    }

    [Test]
    public async Task A_pack_whose_money_takes_days_comes_with_the_money()
    {
        await using var story = await StripeStory.BeginAsync("usage_pack", new JsonObject { ["units"] = 100 });

        Expect(await story.TellAsync("checkout.session.completed.payment_unpaid"), false, "none");
        var paid = await story.TellAsync("checkout.session.async_payment_succeeded");

        Expect(paid, true, "active", "usage_pack_available");
        Assert.That((long)paid["entitlements"]![0]!["usage_remaining"]!, Is.EqualTo(100));
    }

    [TestCase("checkout.session.async_payment_failed")]
    [TestCase("checkout.session.expired")]
    public async Task A_pack_whose_money_never_comes_never_comes(string end)
    {
        await using var story = await StripeStory.BeginAsync("usage_pack", new JsonObject { ["units"] = 100 });

        Expect(await story.TellAsync("checkout.session.completed.payment_unpaid"), false, "none");
        Expect(await story.TellAsync(end), false, "none");
    }

    [Test]
    public async Task The_session_s_two_paid_events_together_give_one_pack()
    {
        await using var story = await StripeStory.BeginAsync("usage_pack", new JsonObject { ["units"] = 100 });

        await story.TellAsync("checkout.session.async_payment_succeeded");
        var twice = await story.TellAsync("checkout.session.completed.payment_paid");

        Assert.That(twice["entitlements"]!.AsArray(), Has.Count.EqualTo(1));
    }
}
