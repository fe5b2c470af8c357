using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class ScheduledCancelTests
{
    private static readonly Entitlement Canceling = Rights.Subscription(EntitlementStatus.Canceled, Day(10), StatusCause.CancelScheduled);

    [TestCase(-1, true, Reason.SubscriptionCanceling)]
    [TestCase(0, false, Reason.SubscriptionCanceled)]
    [TestCase(1, false, Reason.SubscriptionCanceled)]
    public void Canceled_by_the_flag_it_holds_to_the_periods_end_without_leeway(long ticks, bool available, Reason reason) =>
        Check(Canceling.With(terms => terms with { CancelAtPeriodEnd = true }), Day(10), ticks, available, reason);

    [TestCase(-1, true, Reason.SubscriptionCanceling)]
    [TestCase(0, false, Reason.SubscriptionCanceled)]
    [TestCase(1, false, Reason.SubscriptionCanceled)]
    public void Canceled_at_an_instant_inside_the_period_it_holds_to_that_instant(long ticks, bool available, Reason reason) =>
        Check(Canceling.With(terms => terms with { CancelAt = Day(4) }), Day(4), ticks, available, reason);

    [TestCase(-1, true, Reason.SubscriptionCanceling)]
    [TestCase(0, false, Reason.SubscriptionCanceled)]
    public void Canceled_at_the_periods_end_by_instant_means_the_same_as_by_flag(long ticks, bool available, Reason reason) =>
        Check(Canceling.With(terms => terms with { CancelAt = Day(10) }), Day(10), ticks, available, reason);

    [TestCase(4, 4)]
    [TestCase(10, 10)]
    [TestCase(20, 10)]
    public void With_flag_and_instant_the_earlier_is_the_end(int cancelDay, int endDay) => Assert.That(
        Canceling.With(terms => terms with { CancelAtPeriodEnd = true, CancelAt = Day(cancelDay) }).At(Day(0), Leeway.Default),
        Is.EqualTo(Availability.Until(Day(endDay), Reason.SubscriptionCanceling)));

    [TestCase(11, 0, true, Reason.RenewalPending)]
    [TestCase(11, 1, false, Reason.SubscriptionCanceled)]
    [TestCase(20, 2, false, Reason.RenewalOverdue)]
    public void An_instant_beyond_the_period_only_caps(int cancelDay, int daysAfterPeriod, bool available, Reason reason)
    {
        var capped = Rights.Subscription(EntitlementStatus.Active, Day(10)).With(terms => terms with { CancelAt = Day(cancelDay) });
        Assert.Multiple(() =>
        {
            Assert.That(capped.At(Day(10).AddTicks(-1), Leeway.Default), Is.EqualTo(Availability.Until(Day(10), Reason.SubscriptionActive)));
            Assert.That(capped.At(Day(10 + daysAfterPeriod), Leeway.Default) with { ChangesAt = null }, Is.EqualTo(new Availability(available, reason, null)));
        });
    }

    [Test]
    public void A_cap_inside_the_period_ends_it_though_the_status_has_not_followed() => Assert.That(
        Rights.Subscription(EntitlementStatus.Active, Day(10)).With(terms => terms with { CancelAt = Day(4) }).At(Day(0), Leeway.Default),
        Is.EqualTo(Availability.Until(Day(4), Reason.SubscriptionActive)));

    [Test]
    public void An_instant_caps_a_period_that_is_not_known() => Assert.That(
        Rights.Subscription(EntitlementStatus.Active, null).With(terms => terms with { CancelAt = Day(4) }).At(Day(0), Leeway.Default),
        Is.EqualTo(Availability.Until(Day(4), Reason.SubscriptionActive)));

    [Test]
    public void The_flag_alone_on_a_period_that_is_not_known_ends_nothing_yet() => Assert.That(
        (Canceling with { Subscription = new SubscriptionTerms { SubscriptionId = "sub_1", CancelAtPeriodEnd = true } }).At(Day(0), Leeway.Default),
        Is.EqualTo(Availability.Yes(Reason.SubscriptionCanceling)));

    private static void Check(Entitlement right, DateTimeOffset end, long ticks, bool available, Reason reason) => Assert.That(
        right.At(end.AddTicks(ticks), Leeway.Default), Is.EqualTo(new Availability(available, reason, available ? end : null)));
}
