using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Access;

/// <summary>What is remembered of a subject must be what would be decided, at every later instant.</summary>
public sealed class DecisionStepTests
{
    [PropertyTest]
    public bool Steps_say_at_every_later_instant_what_is_decided_then(Entitlement[] rights, DateTimeOffset now, DateTimeOffset other, Leeway leeway)
    {
        if (DecisionSteps.From(rights, now, leeway) is not { } steps)
            return true;
        DateTimeOffset[] instants = [now, other, .. Boundaries.Of(rights, leeway).SelectMany(edge => new[] { edge.AddTicks(-1), edge, edge.AddTicks(1) })];
        return instants.Where(instant => instant >= now).All(instant =>
        {
            var decision = AccessRules.Decide(rights, instant, leeway);
            var step = steps.SkipWhile(one => one.Until <= instant).First();
            return (step.Allowed, step.Reason) == (decision.Allowed, decision.Reason);
        });
    }

    [PropertyTest]
    public bool No_step_says_what_the_one_before_it_said(Entitlement[] rights, DateTimeOffset now, Leeway leeway) =>
        DecisionSteps.From(rights, now, leeway) is not { } steps
        || (steps.Zip(steps.Skip(1)).All(pair => (pair.First.Allowed, pair.First.Reason) != (pair.Second.Allowed, pair.Second.Reason)) && steps[^1].Until is null);

    [Test]
    public void A_subject_without_rights_has_one_step() =>
        Assert.That(DecisionSteps.From([], Noon, Leeway.Default), Is.EqualTo(new[] { new DecisionStep(null, false, null) }));

    [Test]
    public void Too_many_changes_ahead_are_not_kept()
    {
        // Each begins when the one before has ended, with a day between them.
        var passes = Enumerable.Range(0, 12).Select(i => Rights.Pass(Day(2 * i), Day((2 * i) + 1)) with { CreatedAt = Day(-1), Id = $"ent_{i}" }).ToArray();
        Assert.That(DecisionSteps.From(passes, Noon, Leeway.Default), Is.Null);
        Assert.That(DecisionSteps.From(passes[..3], Noon, Leeway.Default), Has.Count.InRange(5, 6));
    }
}
