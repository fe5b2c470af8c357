using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class CancelTests
{
    [TestCase(Active)]
    [TestCase(Trialing)]
    public void The_flag_schedules_the_end_with_the_period(StripeSubscriptionStatus status)
    {
        var right = Told(Stripe.State(status, Day(1)) with { CancelAtPeriodEnd = true });
        Assert.That((right.Status, right.StatusCause), Is.EqualTo((EntitlementStatus.Canceled, StatusCause.CancelScheduled)));
        Assert.That(right.At(Day(2), Leeway.Default), Is.EqualTo(Availability.Until(Day(30), Reason.SubscriptionCanceling)));
    }

    [TestCase(10)]
    [TestCase(30)]
    public void An_instant_inside_the_period_schedules_the_end_without_the_flag(int day)
    {
        var right = Told(Stripe.State(Active, Day(1)) with { CancelAt = Day(day) });
        Assert.That(right.Status, Is.EqualTo(EntitlementStatus.Canceled));
        Assert.That(right.At(Day(2), Leeway.Default), Is.EqualTo(Availability.Until(Day(day), Reason.SubscriptionCanceling)));
    }

    [Test]
    public void An_instant_beyond_the_period_leaves_it_active() =>
        Assert.That(Told(Stripe.State(Active, Day(1)) with { CancelAt = Day(30).AddSeconds(1) }).Status, Is.EqualTo(EntitlementStatus.Active));

    [Test]
    public void A_cancellation_that_is_taken_back_is_gone()
    {
        var right = Told(Stripe.State(Active, Day(1)) with { CancelAtPeriodEnd = true, CancelAt = Day(30) }, Stripe.State(Active, Day(2)));
        Assert.That((right.Status, right.StatusCause), Is.EqualTo((EntitlementStatus.Active, (StatusCause?)null)));
        Assert.That(right.EndsAt(), Is.EqualTo(Day(30)));
        Assert.That(right.Subscription!.ScheduledEnd, Is.Null);
    }

    [TestCase(PastDue, EntitlementStatus.PastDue)]
    [TestCase(Unpaid, EntitlementStatus.PastDue)]
    [TestCase(Paused, EntitlementStatus.Paused)]
    [TestCase(Canceled, EntitlementStatus.Canceled)]
    public void What_is_worse_outranks_a_scheduled_end(StripeSubscriptionStatus stripe, EntitlementStatus status)
    {
        var right = Told(Stripe.State(stripe, Day(1)) with { CancelAtPeriodEnd = true });
        Assert.That((right.Status, right.StatusCause), Is.Not.EqualTo((status, (StatusCause?)StatusCause.CancelScheduled)));
        Assert.That(right.Status, Is.EqualTo(status));
    }

    private static Entitlement Told(params SubscriptionEvent[] states) => new Customer().Hears(states).Right;
}
