using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Usage;

public sealed class ReverseTests
{
    private static readonly Entitlement[] Packs = [Rights.Pack(5, Noon.AddDays(1)), Rights.Pack(5) with { Id = "ent_2" }];

    [TestCase(null, 5, 5, 8)]
    [TestCase(8L, 5, 5, 8)]
    [TestCase(2L, 0, 4, 2)]
    [TestCase(4L, 1, 5, 4)]
    public void Units_go_back_to_where_they_came_from_what_lasts_longest_first(long? units, long first, long second, long reversed)
    {
        var (rights, taken) = Consumed(8);
        var outcome = ReverseRules.Reverse(taken, rights, units);
        var after = rights.Select(right => outcome.Changes.FirstOrDefault(change => change.After.Id == right.Id)?.After ?? right);
        Assert.That((outcome.Refusal, outcome.Units), Is.EqualTo(((ReverseRefusal?)null, reversed)));
        Assert.That(after.Select(right => right.UnitsRemaining), Is.EqualTo(new long?[] { first, second }));
    }

    [Test]
    public void More_than_was_consumed_is_not_given_back()
    {
        var (rights, taken) = Consumed(8);
        Assert.That(ReverseRules.Reverse(taken, rights, 9) is { Refusal: ReverseRefusal.Exceeded, Changes: [] });
    }

    [Test]
    public void A_consumption_is_reversed_once()
    {
        var (rights, taken) = Consumed(8);
        Assert.That(ReverseRules.Reverse(taken with { IsReversed = true }, rights, 1) is { Refusal: ReverseRefusal.AlreadyReversed, Changes: [] });
    }

    [Test]
    public void Units_of_a_right_that_is_over_go_back_and_are_usable_to_nobody()
    {
        var (rights, taken) = Consumed(8);
        Entitlement[] after = [.. ReverseRules.Reverse(taken, rights, null).Changes.Select(change => change.After)];
        Assert.That(after.Sum(right => right.UnitsRemaining), Is.EqualTo(10));
        Assert.That(UsageRules.Remaining(after, Noon.AddDays(1), Leeway.Default), Is.EqualTo(5));
    }

    [Test]
    public void Included_units_of_a_period_that_is_over_do_not_come_back()
    {
        var right = Rights.Subscription(EntitlementStatus.Active, Noon.AddDays(1)) with { UnitsGranted = 100, UnitsRemaining = 100 };
        var change = UsageRules.Consume([right], 40, Noon, Leeway.Default).Taken.Single().Change;
        var taken = new Consumption([new HeldUnits("ent_1", 40, change.Moved!.Single().PeriodStart)], IsReversed: false);

        Assert.That(ReverseRules.Reverse(taken, [change.After], null).Changes.Single().After is { UnitsRemaining: 100, Subscription.UnitsUsed: 0 });
        var renewed = change.After.With(terms => terms with { PeriodStart = Noon.AddDays(1), UnitsUsed = 10 }) with { UnitsRemaining = 90 };
        Assert.That(ReverseRules.Reverse(taken, [renewed], null).Changes.Single() is { After: { UnitsRemaining: 90, Subscription.UnitsUsed: 10 }, Moved: [{ Amount: 40, Balance: 0 }] });
    }

    private static (Entitlement[] Rights, Consumption Taken) Consumed(long units)
    {
        var outcome = UsageRules.Consume(Packs, units, Noon, Leeway.Default);
        return ([.. outcome.Taken.Select(taken => taken.Change.After)], new Consumption([.. outcome.Taken.Select(taken => new HeldUnits(taken.Change.After.Id, taken.Units, null))], IsReversed: false));
    }
}
