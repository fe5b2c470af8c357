using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class TakenRightTests
{
    private static readonly Entitlement[] EveryKind =
        [Rights.Pass(Day(-30), Day(30)), Rights.Pack(10), Rights.Granted(), Rights.Subscription(EntitlementStatus.Active, Day(10))];

    [TestCase(EntitlementStatus.Revoked, StatusCause.Operator, Reason.Revoked)]
    [TestCase(EntitlementStatus.Canceled, StatusCause.Refund, Reason.Refunded)]
    [TestCase(EntitlementStatus.PastDue, StatusCause.Refund, Reason.Refunded)]
    [TestCase(EntitlementStatus.Suspended, StatusCause.Dispute, Reason.Disputed)]
    [TestCase(EntitlementStatus.Suspended, null, Reason.Disputed)]
    [TestCase(EntitlementStatus.Canceled, StatusCause.Dispute, Reason.Disputed)]
    [TestCase(EntitlementStatus.PastDue, StatusCause.Dispute, Reason.Disputed)]
    public void What_was_taken_no_time_gives_back(EntitlementStatus status, StatusCause? cause, Reason reason)
    {
        foreach (var right in EveryKind.Select(right => right with { Status = status, StatusCause = cause }))
            Assert.That(right.At(Noon, Leeway.Default), Is.EqualTo(Availability.No(reason)), right.Kind.ToWord());
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
