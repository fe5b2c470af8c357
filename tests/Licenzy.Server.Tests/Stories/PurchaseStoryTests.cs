using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Stories;

/// <summary>Money in, access out, from end to end, the same on both engines.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class PurchaseStoryTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    public async Task A_subscription_paid_for_opens_the_door()
    {
        var subject = NewSubject();
        Assert.That(await AllowedAsync(subject), Is.False, "before");

        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);

        var access = await SummaryAsync(subject);
        Assert.That((bool)access["has_access"]!, Is.True, access.ToJsonString());
        Assert.That((string)access["status"]!, Is.EqualTo("active"));
        var right = access["entitlements"]!.AsArray().Single()!;
        Assert.That((string)right["product_code"]!, Is.EqualTo("PRO"));
        Assert.That((string)right["availability_reason"]!, Is.EqualTo("subscription_active"));
        Assert.That((string)right["expires_at"]!, Is.EqualTo((string)right["current_period_end"]!));
        Assert.That(await AllowedAsync(subject), Is.True);
        Assert.That(session.Status, Is.EqualTo("complete"));
    }

    [Test]
    public async Task A_pack_is_paid_once_consumed_to_the_last_unit_and_then_refused()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PACK1000")).Url);

        var taken = await ConsumeAsync(subject, 900);
        Assert.That(taken.Status, Is.EqualTo(200), taken.Text);
        Assert.That((long)taken.Json["usage_remaining"]!, Is.EqualTo(100));

        var refused = await ConsumeAsync(subject, 101);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((409, "insufficient_usage")));
        Assert.That((await ConsumeAsync(subject, 100)).Status, Is.EqualTo(200));
        Assert.That(await AllowedAsync(subject), Is.False, "exhausted");
    }
}
