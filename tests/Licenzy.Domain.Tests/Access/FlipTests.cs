using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Access;

public sealed class FlipTests
{
    [Test]
    public void Stacked_passes_leave_no_gap() => Assert.That(
        AccessRules.Decide([Rights.Pass(Day(0), Day(30)), Rights.Pass(Day(30), Day(60)), Rights.Pass(Day(60), Day(90))], Day(10), Leeway.Default),
        Is.EqualTo(new Decision(true, Reason.TimePassActive, Day(90))));

    [Test]
    public void A_gap_is_a_flip_on_both_sides()
    {
        Entitlement[] rights = [Rights.Pass(Day(0), Day(30)), Rights.Pass(Day(31), Day(60)) with { CreatedAt = Day(0) }];
        Assert.Multiple(() =>
        {
            Assert.That(AccessRules.Decide(rights, Day(10), Leeway.Default).FlipsAt, Is.EqualTo(Day(30)));
            Assert.That(AccessRules.Decide(rights, Day(30), Leeway.Default), Is.EqualTo(new Decision(false, Reason.NotStarted, Day(31))));
        });
    }

    [Test]
    public void A_renewal_that_is_awaited_is_no_flip() => Assert.That(
        AccessRules.Decide([Rights.Subscription(EntitlementStatus.Active, Day(10))], Day(0), Leeway.Default).FlipsAt, Is.EqualTo(Day(12)));

    [Test]
    public void A_right_that_ends_beside_an_endless_one_flips_nothing_but_changes_something()
    {
        var summary = AccessRules.Summarise([Rights.Pack(5), Rights.Pass(Day(0), Day(1))], Day(0), Leeway.Default);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Decision.FlipsAt, Is.Null);
            Assert.That(summary.ChangesAt, Is.EqualTo(Day(1)));
        });
    }

    [PropertyTest]
    public bool The_announced_flip_is_the_first_instant_that_looking_everywhere_finds(Entitlement[] rights, DateTimeOffset now, Leeway leeway)
    {
        var decision = AccessRules.Decide(rights, now, leeway);
        var found = Boundaries.Of(rights, leeway).Where(instant => instant > now)
            .Where(instant => AccessRules.Decide(rights, instant, leeway).Allowed != decision.Allowed)
            .Select(instant => (DateTimeOffset?)instant)
            .FirstOrDefault();
        return decision.FlipsAt == found;
    }

    [PropertyTest]
    public bool The_announced_change_is_the_first_instant_that_looking_everywhere_finds(Entitlement[] rights, DateTimeOffset now, Leeway leeway)
    {
        var summary = AccessRules.Summarise(rights, now, leeway);
        var found = Boundaries.Of(rights, leeway).Where(instant => instant > now)
            .Where(instant => !Seen(instant).SetEquals(Seen(now)))
            .Select(instant => (DateTimeOffset?)instant)
            .FirstOrDefault();
        return summary.ChangesAt == found && AccessRules.NextChangeAt(rights, now, leeway) == found;

        HashSet<object> Seen(DateTimeOffset instant) =>
        [
            .. AccessRules.Summarise(rights, instant, leeway).Rights.Select((view, _) =>
                (object)(Array.IndexOf(rights, view.Right), view.Status, view.Availability.IsAvailable, view.Availability.Reason, view.GracePeriodEndsAt)),
        ];
    }
}
