using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Access;

public sealed class DecisionTests
{
    [Test]
    public void Without_rights_the_answer_is_no_for_ever()
    {
        var summary = AccessRules.Summarise([], Noon, Leeway.Default);
        Assert.Multiple(() =>
        {
            Assert.That(summary.Decision, Is.EqualTo(new Decision(false, null, null)));
            Assert.That(summary.Status, Is.Null);
            Assert.That(summary.Rights, Is.Empty);
            Assert.That(summary.ChangesAt, Is.Null);
        });
    }

    [Test]
    public void One_usable_right_is_enough() => Assert.That(
        AccessRules.Decide([Rights.Pass(Day(-9), Day(-8)), Rights.Pack(0), Rights.Pass(Day(-1), Day(2))], Day(0), Leeway.Default),
        Is.EqualTo(new Decision(true, Reason.TimePassActive, Day(2))));

    [Test]
    public void A_pack_alone_is_access_too() =>
        Assert.That(AccessRules.Decide([Rights.Pack(1)], Noon, Leeway.Default), Is.EqualTo(new Decision(true, Reason.UsagePackAvailable, null)));

    [PropertyTest]
    public bool Allowed_means_that_any_right_is_available(Entitlement[] rights, DateTimeOffset now, Leeway leeway) =>
        AccessRules.Decide(rights, now, leeway).Allowed == rights.Any(right => right.At(now, leeway).IsAvailable);

    [PropertyTest]
    public bool The_summary_agrees_with_the_decision(Entitlement[] rights, DateTimeOffset now, Leeway leeway)
    {
        var (decision, summary) = (AccessRules.Decide(rights, now, leeway), AccessRules.Summarise(rights, now, leeway));
        return summary.Decision == decision
            && decision.Allowed == summary.Rights.Any(view => view.Availability.IsAvailable)
            && decision.Reason == (summary.Rights.Count == 0 ? null : summary.Rights[0].Availability.Reason)
            && summary.Rights.All(view => view.Availability == view.Right.At(now, leeway) && view.Status == view.Right.StatusAt(now));
    }

    [PropertyTest]
    public bool The_order_of_the_rights_makes_no_difference(Entitlement[] rights, DateTimeOffset now, Leeway leeway) =>
        AccessRules.Decide(rights, now, leeway) == AccessRules.Decide([.. rights.Reverse()], now, leeway);
}
