using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class SubscriptionPrecedenceTests
{
    [Test]
    public void Newer_state_wins_and_older_state_changes_nothing()
    {
        var customer = new Customer().Hears(Stripe.State(Paused, Day(2)));
        var known = customer.Right;
        Assert.That(
            customer.Hears(Stripe.State(Active, Day(1))).Right.With(terms => terms with { History = StateHistory.None }),
            Is.EqualTo(known.With(terms => terms with { History = StateHistory.None })));
        Assert.That(customer.Hears(Stripe.State(Active, Day(3))).Right.Status, Is.EqualTo(EntitlementStatus.Active));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void In_the_same_second_anything_outranks_the_creation(bool creationFirst)
    {
        var creation = Stripe.State(Trialing, Day(0)) with { IsCreation = true };
        var update = Stripe.State(Active, Day(0));
        var customer = new Customer().Hears(creationFirst ? [creation, update] : [update, creation]);
        Assert.That(customer.Right.Status, Is.EqualTo(EntitlementStatus.Active));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void In_the_same_second_nothing_outranks_the_end(bool endFirst)
    {
        var (end, update) = (Stripe.State(Canceled, Day(1)), Stripe.State(Active, Day(1)));
        var customer = new Customer().Hears(Stripe.State(Active, Day(0))).Hears(endFirst ? [end, update] : [update, end]);
        Assert.That((customer.Right.Status, customer.MayProceed(Day(1))), Is.EqualTo((EntitlementStatus.Canceled, false)));
    }

    [Test]
    public void An_ended_subscription_stays_ended_whatever_comes()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)), Stripe.State(Canceled, Day(1)));
        var ended = customer.Right;
        customer.Hears(Stripe.State(Active, Day(2)), Stripe.Invoice(InvoiceResult.Paid, Day(40), Day(31)), Stripe.State(PastDue, Day(41)));
        Assert.That(customer.Right, Is.EqualTo(ended));
    }

    [Test]
    public void A_subscription_deleted_before_its_period_is_over_ends_at_once()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)), Stripe.State(Canceled, Day(10)));
        Assert.That(customer.Right.EndedAt, Is.EqualTo(Day(10)));
        Assert.That(customer.MayProceed(Day(10)), Is.False);
    }

    [Test]
    public void A_deletion_that_is_heard_of_first_keeps_older_news_from_giving_a_right() =>
        Assert.That(new Customer().Hears(Stripe.State(Canceled, Day(2)), Stripe.State(Active, Day(1))).MayProceed(Day(2)), Is.False);

    [TestCase(Active)]
    [TestCase(PastDue)]
    [TestCase(Canceled)]
    public void What_an_operator_took_back_no_payment_gives_again(StripeSubscriptionStatus news)
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)))
            .Now(right => right with { Status = EntitlementStatus.Revoked, StatusCause = StatusCause.Operator })
            .Hears(Stripe.State(news, Day(1)), Stripe.Invoice(InvoiceResult.Paid, Day(31), Day(31)));
        Assert.Multiple(() =>
        {
            Assert.That((customer.Right.Status, customer.Right.StatusCause), Is.EqualTo((EntitlementStatus.Revoked, StatusCause.Operator)));
            Assert.That(customer.Right.At(Day(1), Leeway.Default), Is.EqualTo(Availability.No(Reason.Revoked)));
        });
    }

    [Test]
    public void Another_subscription_is_another_right()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)), Stripe.State(Canceled, Day(1)) with { SubscriptionId = "sub_2" });
        Assert.That(customer.Rights.Select(right => right.Status), Is.EqualTo(new[] { EntitlementStatus.Active, EntitlementStatus.Canceled }));
    }
}
