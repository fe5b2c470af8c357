using Licenzy.Domain.Accounts;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Stripe;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

/// <summary>What an account's subscription at the operator's opens, and what news does to it.</summary>
public sealed class PlanRulesTests
{
    private static readonly DateTimeOffset End = Day(30);

    [Test]
    public void Who_bills_nobody_allows_everything() =>
        Assert.That(PlanRules.Decide(billed: false, [Of(State(StripeSubscriptionStatus.Canceled, Noon))], Noon, Leeway.Default), Is.EqualTo(PlanRules.SelfHosted));

    [Test]
    public void Without_a_subscription_live_mode_is_closed()
    {
        var plan = PlanRules.Decide(billed: true, [], Noon, Leeway.Default);

        Assert.That((plan.Name, plan.Status, plan.Access, plan.LiveAllowed), Is.EqualTo(("none", "none", PlanAccess.Restricted, false)));
    }

    [TestCase(StripeSubscriptionStatus.Trialing, PlanAccess.Trial)]
    [TestCase(StripeSubscriptionStatus.Active, PlanAccess.Active)]
    [TestCase(StripeSubscriptionStatus.PastDue, PlanAccess.Active)]
    [TestCase(StripeSubscriptionStatus.Unpaid, PlanAccess.Restricted)]
    [TestCase(StripeSubscriptionStatus.Paused, PlanAccess.Restricted)]
    [TestCase(StripeSubscriptionStatus.Incomplete, PlanAccess.Restricted)]
    [TestCase(StripeSubscriptionStatus.IncompleteExpired, PlanAccess.Restricted)]
    [TestCase(StripeSubscriptionStatus.Canceled, PlanAccess.Restricted)]
    public void Every_status_opens_what_it_pays_for(StripeSubscriptionStatus status, PlanAccess access) =>
        Assert.That(At(Of(State(status, Noon)), Noon), Is.EqualTo(access));

    [TestCase(StripeSubscriptionStatus.Trialing, 1)]
    [TestCase(StripeSubscriptionStatus.Active, 48)]
    public void A_period_that_is_over_has_its_leeway(StripeSubscriptionStatus status, int hours)
    {
        foreach (var now in Around(End.AddHours(hours)))
        {
            Assert.That(At(Of(State(status, Noon)), now) != PlanAccess.Restricted, Is.EqualTo(now < End.AddHours(hours)), $"{now:O}");
        }
    }

    [TestCase(StripeSubscriptionStatus.Active, StripeSubscriptionStatus.PastDue, StripeSubscriptionStatus.PastDue)]
    [TestCase(StripeSubscriptionStatus.Trialing, StripeSubscriptionStatus.Active, StripeSubscriptionStatus.Active)]
    [TestCase(StripeSubscriptionStatus.Incomplete, StripeSubscriptionStatus.Trialing, StripeSubscriptionStatus.Trialing)]
    [TestCase(StripeSubscriptionStatus.Paused, StripeSubscriptionStatus.Unpaid, StripeSubscriptionStatus.Paused)]
    [TestCase(StripeSubscriptionStatus.Paused, StripeSubscriptionStatus.Canceled, StripeSubscriptionStatus.Canceled)]
    public void Of_two_states_of_one_second_the_same_one_holds_in_either_order(
        StripeSubscriptionStatus one, StripeSubscriptionStatus other, StripeSubscriptionStatus holds)
    {
        SubscriptionEvent[] told = [State(one, Noon), State(other, Noon)];
        var (first, second) = (Of(told[0], told[1]), Of(told[1], told[0]));
        Assert.That((first!.Status, second!.Status), Is.EqualTo((holds, holds)));
        Assert.That(first, Is.EqualTo(second));
    }

    [Test]
    public void Past_due_has_21_days_from_its_first_failure_in_whatever_order_it_is_heard()
    {
        SubscriptionEvent[] told = [State(StripeSubscriptionStatus.Active, Noon), State(StripeSubscriptionStatus.PastDue, Day(1)), State(StripeSubscriptionStatus.PastDue, Day(3))];
        foreach (var order in new int[][] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
        {
            var subscription = Of([.. order.Select(place => told[place])]);
            foreach (var now in Around(Day(22)))
            {
                Assert.That(At(subscription, now) == PlanAccess.Active, Is.EqualTo(now < Day(22)), $"{string.Join(" ", order)} {now:O}");
            }
        }
    }

    [Test]
    public void A_scheduled_end_has_no_leeway()
    {
        var ends = Of(State(StripeSubscriptionStatus.Active, Noon) with { CancelAtPeriodEnd = true });
        foreach (var now in Around(End))
        {
            Assert.That(At(ends, now) == PlanAccess.Active, Is.EqualTo(now < End), $"{now:O}");
        }
    }

    [Test]
    public void What_ended_stays_ended_whatever_comes_later()
    {
        var ended = Of(State(StripeSubscriptionStatus.Active, Noon), State(StripeSubscriptionStatus.Canceled, Day(1)), State(StripeSubscriptionStatus.Active, Day(2)));

        Assert.That((ended.Status, At(ended, Day(2))), Is.EqualTo((StripeSubscriptionStatus.Canceled, PlanAccess.Restricted)));
    }

    [Test]
    public void A_creation_yields_to_anything_else_of_its_second()
    {
        var creation = State(StripeSubscriptionStatus.Incomplete, Noon) with { IsCreation = true };
        var update = State(StripeSubscriptionStatus.Active, Noon);

        Assert.That(Of(creation, update).Status, Is.EqualTo(StripeSubscriptionStatus.Active));
        Assert.That(Of(update, creation).Status, Is.EqualTo(StripeSubscriptionStatus.Active));
    }

    [Test]
    public void A_status_of_tomorrow_changes_nothing()
    {
        var known = Of(State(StripeSubscriptionStatus.Active, Noon));

        Assert.That(AccountBillingRules.Apply(known, State(StripeSubscriptionStatus.Unknown, Day(1)), "other", null), Is.SameAs(known));
    }

    [Test]
    public void Of_several_subscriptions_the_one_that_opens_most_counts()
    {
        var (ended, paid) = (Of(State(StripeSubscriptionStatus.Canceled, Day(2))), Of(State(StripeSubscriptionStatus.Active, Noon)));

        Assert.That(PlanRules.Decide(billed: true, [ended, paid], Day(3), Leeway.Default).Subscription, Is.SameAs(paid));
        Assert.That(PlanRules.Decide(billed: true, [paid, ended], Day(3), Leeway.Default).Subscription, Is.SameAs(paid));
    }

    private static PlanAccess At(AccountSubscription subscription, DateTimeOffset now) =>
        PlanRules.Decide(billed: true, [subscription], now, Leeway.Default).Access;

    private static AccountSubscription Of(params SubscriptionEvent[] told) =>
        told.Aggregate((AccountSubscription?)null, (known, news) => AccountBillingRules.Apply(known, news, "team", trialEnd: null))!;
}
