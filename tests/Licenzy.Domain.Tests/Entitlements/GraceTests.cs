using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class GraceTests
{
    private static readonly Entitlement PastDue = Rights.Subscription(EntitlementStatus.PastDue, Day(20), StatusCause.Dunning)
        .With(terms => terms with { GraceEndsAt = Day(10) });

    [TestCase(-1, true, Reason.PastDueInGrace)]
    [TestCase(0, false, Reason.PastDueGraceEnded)]
    [TestCase(1, false, Reason.PastDueGraceEnded)]
    public void A_grace_ends_at_its_instant_and_no_event_is_needed(long ticks, bool available, Reason reason) => Assert.That(
        PastDue.At(Day(10).AddTicks(ticks), Leeway.Default), Is.EqualTo(new Availability(available, reason, available ? Day(10) : null)));

    [Test]
    public void A_grace_outlasts_the_period_it_began_in() => Assert.That(
        PastDue.With(terms => terms with { PeriodEnd = Day(1) }).At(Day(9), Leeway.Default), Is.EqualTo(Availability.Until(Day(10), Reason.PastDueInGrace)));

    [Test]
    public void A_scheduled_end_inside_the_grace_still_ends_it()
    {
        var right = PastDue.With(terms => terms with { CancelAt = Day(5) });
        Assert.Multiple(() =>
        {
            Assert.That(right.At(Day(0), Leeway.Default), Is.EqualTo(Availability.Until(Day(5), Reason.PastDueInGrace)));
            Assert.That(right.At(Day(5), Leeway.Default), Is.EqualTo(Availability.No(Reason.SubscriptionCanceled)));
        });
    }

    [Test]
    public void A_scheduled_end_after_the_grace_changes_the_reason_only()
    {
        var right = PastDue.With(terms => terms with { CancelAtPeriodEnd = true });
        Assert.Multiple(() =>
        {
            Assert.That(right.At(Day(10), Leeway.Default), Is.EqualTo(new Availability(false, Reason.PastDueGraceEnded, Day(20))));
            Assert.That(right.At(Day(20), Leeway.Default), Is.EqualTo(Availability.No(Reason.SubscriptionCanceled)));
        });
    }

    [Test]
    public void Without_a_grace_past_due_is_a_no() => Assert.That(
        PastDue.With(terms => terms with { GraceEndsAt = null }).At(Day(0), Leeway.Default), Is.EqualTo(Availability.No(Reason.PastDueGraceEnded)));
}
