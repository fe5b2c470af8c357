using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Entitlements;

public sealed class RevokeTests
{
    private static readonly Entitlement[] EveryKind =
        [Rights.Pass(Day(-10), Day(20)), Rights.Pack(10), Rights.Granted(), Rights.Subscription(EntitlementStatus.Active, Day(10))];

    [Test]
    public void Any_right_can_be_taken_back_whoever_gave_it()
    {
        foreach (var right in EveryKind)
        {
            var change = GrantRules.Revoke(right, Noon)!;
            Assert.That(
                change.After,
                Is.EqualTo(right with { Status = EntitlementStatus.Revoked, StatusCause = StatusCause.Operator, EndedAt = right.Subscription is null ? Noon : null }), right.Kind.ToWord());
            Assert.That((change.Before, change.Reason), Is.EqualTo((right, ChangeReason.ManualRevoke)));
            Assert.That(change.After.At(Noon, Leeway.Default), Is.EqualTo(Availability.No(Reason.Revoked)));
        }
    }

    [Test]
    public void Its_units_stay_on_record_and_are_usable_to_nobody()
    {
        var revoked = GrantRules.Revoke(Rights.Pack(10), Noon)!.After;
        Assert.That((revoked.UnitsRemaining, UsageRules.Remaining([revoked], Noon, Leeway.Default)), Is.EqualTo((10L, 0L)));
    }

    [Test]
    public void What_is_over_cannot_be_taken_back()
    {
        Entitlement[] over =
        [
            Rights.Pack(10) with { Status = EntitlementStatus.Revoked }, Rights.Pack(10, Noon), Rights.Pass(Day(-30), Noon), Rights.Granted(Day(-1)),
            Rights.Subscription(EntitlementStatus.Canceled, Day(10), StatusCause.SubscriptionDeleted) with { EndedAt = Noon },
        ];
        Assert.That(over.Select(right => GrantRules.Revoke(right, Noon)), Is.All.Null);
    }

    [TestCase(EntitlementStatus.PastDue, StatusCause.Dunning)]
    [TestCase(EntitlementStatus.Paused, null)]
    [TestCase(EntitlementStatus.Suspended, StatusCause.Dispute)]
    [TestCase(EntitlementStatus.Canceled, StatusCause.CancelScheduled)]
    public void What_may_come_back_by_itself_can_be_taken_back_before_it_does(EntitlementStatus status, StatusCause? cause) =>
        Assert.That(GrantRules.Revoke(Rights.Subscription(status, Day(10), cause), Noon), Is.Not.Null);

    [Test]
    public void No_payment_gives_it_again()
    {
        var customer = new Customer().Hears(Stripe.State(StripeSubscriptionStatus.Active, Day(0))).Now(right => GrantRules.Revoke(right, Day(1))!.After)
            .Hears(Stripe.Invoice(InvoiceResult.Paid, Day(30), Day(30)), Stripe.State(StripeSubscriptionStatus.Active, Day(31)));
        Assert.That((customer.Right.Status, customer.MayProceed(Day(32))), Is.EqualTo((EntitlementStatus.Revoked, false)));
    }

    [Test]
    public void A_pass_given_afterwards_does_not_wait_behind_it()
    {
        var revoked = GrantRules.Revoke(Rights.Pass(Day(-10), Day(20)), Noon)!.After;
        Assert.That(GrantRules.Give(new Grant(Products.Pass30, null, null), [revoked], "ent_new", Noon).After.StartsAt, Is.EqualTo(Noon));
    }
}
