using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class TakenRightTests
{
    private static readonly Entitlement[] EveryKind =
        [Rights.Pass(Day(-30), Day(30)), Rights.Pack(10), Rights.Granted(), Rights.Subscription(EntitlementStatus.Active, Day(10))];

    [Test]
    public void What_an_operator_took_no_time_gives_back()
    {
        foreach (var right in EveryKind.Select(right => right with { Status = EntitlementStatus.Revoked, StatusCause = StatusCause.Operator }))
            Assert.That(right.At(Noon, Leeway.Default), Is.EqualTo(Availability.No(Reason.Revoked)), right.Kind.ToWord());
    }

    [TestCase(PaymentBlockCause.Refund, Reason.Refunded, EntitlementStatus.Canceled, StatusCause.Refund)]
    [TestCase(PaymentBlockCause.Dispute, Reason.Disputed, EntitlementStatus.Suspended, StatusCause.Dispute)]
    [TestCase(PaymentBlockCause.DisputeLost, Reason.Disputed, EntitlementStatus.Canceled, StatusCause.Dispute)]
    public void What_was_paid_back_no_time_gives_back(PaymentBlockCause cause, Reason reason, EntitlementStatus status, StatusCause shown)
    {
        foreach (var right in EveryKind.Select(right => right with { Block = new PaymentBlock(cause, Day(-1)) }))
        {
            Assert.That(right.At(Noon, Leeway.Default), Is.EqualTo(Availability.No(reason)), right.Kind.ToWord());
            Assert.That(
                (right.StatusAt(Noon), right.CauseOfStatus()),
                Is.EqualTo((right.Kind == EntitlementKind.Subscription ? EntitlementStatus.PastDue : status, (StatusCause?)shown)), right.Kind.ToWord());
        }
    }

    [Test]
    public void A_subscription_that_has_ended_is_canceled_though_its_money_was_given_back() => Assert.That(
        (Rights.Subscription(EntitlementStatus.Canceled, Day(10), StatusCause.SubscriptionDeleted) with { EndedAt = Noon, Block = new PaymentBlock(PaymentBlockCause.Refund, Day(-1)) })
            .At(Noon, Leeway.Default),
        Is.EqualTo(Availability.No(Reason.SubscriptionCanceled)));

    [Test]
    public void What_is_gone_for_good_has_ended_then_and_shows_no_units()
    {
        var pack = Rights.Pack(10, Day(30));
        Assert.That(
            (pack with { Block = new PaymentBlock(PaymentBlockCause.Refund, Day(-1)) }) is var refunded ? (refunded.EndsAt(), refunded.UnitsShown(), refunded.UnitsRemaining) : default,
            Is.EqualTo(((DateTimeOffset?)Day(-1), (long?)0, (long?)10)));
        Assert.That(
            (pack with { Block = new PaymentBlock(PaymentBlockCause.Dispute, Day(-1)) }) is var disputed ? (disputed.EndsAt(), disputed.UnitsShown()) : default,
            Is.EqualTo(((DateTimeOffset?)Day(30), (long?)10)));
    }

    [TestCase(EntitlementStatus.Canceled, StatusCause.SubscriptionDeleted, Reason.SubscriptionCanceled)]
    [TestCase(EntitlementStatus.Canceled, StatusCause.ItemRemoved, Reason.SubscriptionCanceled)]
    [TestCase(EntitlementStatus.Expired, StatusCause.IncompleteExpired, Reason.PaymentFailed)]
    public void What_has_ended_is_over_at_once(EntitlementStatus status, StatusCause cause, Reason reason) => Assert.That(
        (Rights.Subscription(status, Day(10), cause) with { EndedAt = Noon }).At(Noon, Leeway.Default), Is.EqualTo(Availability.No(reason)));

    [TestCase(EntitlementStatus.Paused, null, Reason.SubscriptionPaused)]
    [TestCase(EntitlementStatus.PastDue, StatusCause.Unpaid, Reason.PaymentFailed)]
    [TestCase(EntitlementStatus.Expired, null, Reason.SubscriptionCanceled)]
    public void What_Stripe_stopped_is_a_no_inside_its_period(EntitlementStatus status, StatusCause? cause, Reason reason) =>
        Assert.That(Rights.Subscription(status, Day(10), cause).At(Noon, Leeway.Default), Is.EqualTo(Availability.No(reason)));

    [Test]
    public void A_right_that_begins_later_waits_for_its_instant()
    {
        foreach (var right in EveryKind.Select(right => right with { StartsAt = Day(1) }))
        {
            Assert.That(right.At(Day(1).AddTicks(-1), Leeway.Default), Is.EqualTo(Availability.NotBefore(Day(1))), right.Kind.ToWord());
            Assert.That(right.At(Day(1), Leeway.Default).IsAvailable, right.Kind.ToWord());
        }
    }

    [Test]
    public void A_right_taken_before_it_began_does_not_wait() => Assert.That(
        (Rights.Pass(Day(1), Day(2)) with { Status = EntitlementStatus.Revoked }).At(Day(0), Leeway.Default), Is.EqualTo(Availability.No(Reason.Revoked)));
}
