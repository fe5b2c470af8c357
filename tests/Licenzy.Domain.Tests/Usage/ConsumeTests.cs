using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Usage;

public sealed class ConsumeTests
{
    [Test]
    public void Units_are_taken_and_the_rest_remains()
    {
        var outcome = UsageRules.Consume([Rights.Pack(1000)], 100, Noon, Leeway.Default);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.IsTaken);
            Assert.That(outcome.Remaining, Is.EqualTo(900));
            Assert.That(outcome.Taken.Single().Change.After.UnitsRemaining, Is.EqualTo(900));
            Assert.That(outcome.Taken.Single().Change.Reason, Is.EqualTo(ChangeReason.UsageConsumed));
        });
    }

    [TestCase(10, true, 0)]
    [TestCase(11, false, 10)]
    public void All_units_or_none(long units, bool taken, long remaining)
    {
        var outcome = UsageRules.Consume([Rights.Pack(4), Rights.Pack(6)], units, Noon, Leeway.Default);
        Assert.That((outcome.IsTaken, outcome.Remaining), Is.EqualTo((taken, remaining)));
    }

    [Test]
    public void Nothing_at_all_is_not_enough() =>
        Assert.That(UsageRules.Consume([], 1, Noon, Leeway.Default), Has.Property("IsTaken").False.And.Property("Remaining").Zero);

    [TestCase(0)]
    [TestCase(-1)]
    public void Less_than_one_unit_is_a_broken_call(long units) =>
        Assert.That(() => UsageRules.Consume([Rights.Pack(10)], units, Noon, Leeway.Default), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void The_soonest_expiring_goes_first_then_the_oldest_then_what_never_expires()
    {
        var endless = Rights.Pack(5) with { Id = "endless", CreatedAt = Day(-9) };
        var late = Rights.Pack(5, Day(9)) with { Id = "late", CreatedAt = Day(-8) };
        var soonNew = Rights.Pack(5, Day(3)) with { Id = "soon, new", CreatedAt = Day(-1) };
        var soonOld = Rights.Pack(5, Day(3)) with { Id = "soon, old", CreatedAt = Day(-2) };
        var period = Rights.Subscription(EntitlementStatus.Active, Day(6)) with { Id = "period", UnitsGranted = 5, UnitsRemaining = 5 };

        var outcome = UsageRules.Consume([endless, late, soonNew, period, soonOld], 25, Noon, Leeway.Default);

        Assert.That(outcome.Taken.Select(taken => taken.Change.After.Id), Is.EqualTo(new[] { "soon, old", "soon, new", "period", "late", "endless" }));
    }

    [Test]
    public void A_pack_that_expires_now_is_not_touched()
    {
        var outcome = UsageRules.Consume([Rights.Pack(5, Noon), Rights.Pack(5) with { Id = "ent_2" }], 5, Noon, Leeway.Default);
        Assert.That(outcome.Taken.Single().Change.After.Id, Is.EqualTo("ent_2"));
    }

    [Test]
    public void Rights_without_units_have_none_to_give() =>
        Assert.That(UsageRules.Remaining([Rights.Granted(), Rights.Pass(Day(0), Day(1))], Noon, Leeway.Default), Is.Zero);

    [Test]
    public void Sums_beyond_every_number_are_the_largest_number()
    {
        Entitlement[] rights = [Rights.Pack(long.MaxValue), Rights.Pack(long.MaxValue) with { Id = "ent_2" }];
        Assert.Multiple(() =>
        {
            Assert.That(UsageRules.Remaining(rights, Noon, Leeway.Default), Is.EqualTo(long.MaxValue));
            Assert.That(UsageRules.Consume(rights, 1, Noon, Leeway.Default).Remaining, Is.EqualTo(long.MaxValue));
            Assert.That(UsageRules.Consume(rights, long.MaxValue, Noon, Leeway.Default).Remaining, Is.EqualTo(long.MaxValue));
        });
    }
}
