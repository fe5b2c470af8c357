using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class EndTests
{
    private static readonly Entitlement Renewing = Rights.Subscription(EntitlementStatus.Active, Day(10));

    [Test]
    public void A_right_with_an_end_of_its_own_ends_there() => Assert.Multiple(() =>
    {
        Assert.That(Rights.Pass(Day(0), Day(30)).EndsAt(), Is.EqualTo(Day(30)));
        Assert.That(Rights.Pack(10, Day(5)).EndsAt(), Is.EqualTo(Day(5)));
        Assert.That(Rights.Granted(Day(3)).EndsAt(), Is.EqualTo(Day(3)));
    });

    [Test]
    public void A_right_without_an_end_has_none() => Assert.Multiple(() =>
    {
        Assert.That(Rights.Pack(10).EndsAt(), Is.Null);
        Assert.That(Rights.Granted().EndsAt(), Is.Null);
        Assert.That(Rights.Subscription(EntitlementStatus.Active, null).EndsAt(), Is.Null);
    });

    [Test]
    public void A_subscription_that_renews_ends_with_its_period() => Assert.That(Renewing.EndsAt(), Is.EqualTo(Day(10)));

    [TestCase(4, 4)]
    [TestCase(10, 10)]
    [TestCase(20, 10)]
    public void A_scheduled_cancel_ends_it_where_it_comes_before_the_period(int cancelDay, int endDay) =>
        Assert.That(Renewing.With(terms => terms with { CancelAt = Day(cancelDay) }).EndsAt(), Is.EqualTo(Day(endDay)));

    [Test]
    public void What_ended_before_its_time_ended_then() =>
        Assert.That((Rights.Pass(Day(0), Day(30)) with { EndedAt = Day(7) }).EndsAt(), Is.EqualTo(Day(7)));
}
