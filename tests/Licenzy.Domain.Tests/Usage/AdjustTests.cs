using FsCheck;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Usage;

public sealed class AdjustTests
{
    [TestCase(5, 15)]
    [TestCase(-4, 6)]
    [TestCase(-10, 0)]
    public void A_balance_goes_up_or_down(long units, long left)
    {
        var change = AdjustRules.Adjust(Rights.Pack(10), units, Noon).Change!;
        Assert.That((change.After.UnitsRemaining, change.After.UnitsGranted, change.Reason), Is.EqualTo((left, 10L, ChangeReason.UsageAdjusted)));
    }

    [Test]
    public void It_never_goes_below_zero() =>
        Assert.That(AdjustRules.Adjust(Rights.Pack(10), -11, Noon), Is.EqualTo(new AdjustOutcome(null, AdjustRefusal.Insufficient)));

    [Test]
    public void It_never_goes_beyond_every_number() =>
        Assert.That(AdjustRules.Adjust(Rights.Pack(long.MaxValue), 1, Noon).Refusal, Is.EqualTo(AdjustRefusal.TooMany));

    [Test]
    public void A_right_without_units_has_no_balance() => Assert.Multiple(() =>
    {
        Assert.That(AdjustRules.Adjust(Rights.Granted(), 1, Noon).Refusal, Is.EqualTo(AdjustRefusal.NoUnits));
        Assert.That(AdjustRules.Adjust(Rights.Pass(Day(0), Day(1)), 1, Noon).Refusal, Is.EqualTo(AdjustRefusal.NoUnits));
    });

    [Test]
    public void A_right_that_is_over_keeps_its_balance() => Assert.Multiple(() =>
    {
        Assert.That(AdjustRules.Adjust(Rights.Pack(10, Noon), 1, Noon).Refusal, Is.EqualTo(AdjustRefusal.Over));
        Assert.That(AdjustRules.Adjust(Rights.Pack(10) with { Status = EntitlementStatus.Revoked }, -1, Noon).Refusal, Is.EqualTo(AdjustRefusal.Over));
    });

    [Test]
    public void An_empty_pack_is_usable_again_with_a_unit_in_it() =>
        Assert.That(AdjustRules.Adjust(Rights.Pack(10) with { UnitsRemaining = 0 }, 1, Noon).Change!.After.At(Noon, Leeway.Default).IsAvailable);

    [TestCase(50, 90)]
    [TestCase(-30, 10)]
    [TestCase(200, 240)]
    public void A_subscriptions_correction_outlives_news_inside_the_period_and_ends_with_it(long units, long left)
    {
        var customer = new Customer().Hears(Stripe.State(StripeSubscriptionStatus.Active, Day(0))).Now(right => right.Used(60))
            .Now(right => AdjustRules.Adjust(right, units, Day(1)).Change!.After);
        Assert.That(customer.Right.UnitsRemaining, Is.EqualTo(left));
        Assert.That(customer.Hears(Stripe.State(StripeSubscriptionStatus.Active, Day(2))).Right.UnitsRemaining, Is.EqualTo(left));
        Assert.That(customer.Hears(Stripe.State(StripeSubscriptionStatus.Active, Day(31))).Right.UnitsRemaining, Is.EqualTo(100));
    }

    [Test]
    public void A_correction_of_nothing_is_a_broken_call() =>
        Assert.That(() => AdjustRules.Adjust(Rights.Pack(10), 0, Noon), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [PropertyTest]
    public bool The_balance_moves_by_exactly_the_units_or_not_at_all(Entitlement right, NonZeroInt units, DateTimeOffset now)
    {
        var (change, refusal) = AdjustRules.Adjust(right, units.Get, now);
        return change is null
            ? refusal is not null
            : refusal is null && change.After.UnitsRemaining >= 0 && change.After.UnitsRemaining - right.UnitsRemaining == units.Get
                && change.After with { UnitsRemaining = right.UnitsRemaining, Subscription = right.Subscription } == right;
    }
}
