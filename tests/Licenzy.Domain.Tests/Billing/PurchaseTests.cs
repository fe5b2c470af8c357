using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class PurchaseTests
{
    [TestCase(1, 1000)]
    [TestCase(3, 3000)]
    public void A_packs_units_are_multiplied_by_the_quantity(long quantity, long units)
    {
        var right = Bought(Products.Pack1000, quantity);
        Assert.That((right.UnitsGranted, right.UnitsRemaining, right.Quantity), Is.EqualTo(((long?)units, (long?)units, quantity)));
    }

    [TestCase(1, 30)]
    [TestCase(2, 60)]
    public void A_passs_days_are_multiplied_by_the_quantity(long quantity, int days)
    {
        var right = Bought(Products.Pass30, quantity);
        Assert.That((right.StartsAt, right.ExpiresAt), Is.EqualTo((Day(0), (DateTimeOffset?)Day(days))));
    }

    [Test]
    public void A_packs_days_are_not_multiplied_by_the_quantity() =>
        Assert.That(Bought(Products.Pack1000 with { DurationDays = 90 }, 3).ExpiresAt, Is.EqualTo(Day(90)));

    [Test]
    public void The_largest_pass_that_can_be_sold_ends_with_the_calendar() =>
        Assert.That(Bought(Products.Pass30 with { DurationDays = 36_500 }, 1000).ExpiresAt, Is.EqualTo(Calendar.End));

    [Test]
    public void The_largest_pack_that_can_be_sold_holds_its_units() =>
        Assert.That(Bought(Products.Pack1000 with { Units = 1_000_000_000 }, 1000).UnitsRemaining, Is.EqualTo(1_000_000_000_000));

    [Test]
    public void Who_paid_for_a_subscription_gets_in_before_its_own_event_comes()
    {
        var right = Customer.Buying(Products.Pro).Hears(Stripe.Checkout(CheckoutResult.Paid, Noon, subscription: "sub_1")).Right;
        Assert.Multiple(() =>
        {
            Assert.That(right.At(Noon, Leeway.Default), Is.EqualTo(Availability.Yes(Reason.SubscriptionActive)));
            Assert.That(right.Subscription, Is.EqualTo(new SubscriptionTerms { SubscriptionId = "sub_1" }));
            Assert.That(right.UnitsRemaining, Is.EqualTo(100));
        });
    }

    [Test]
    public void Checkout_and_subscription_become_one_right_in_either_order()
    {
        var checkout = Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1");
        var state = Stripe.State(StripeSubscriptionStatus.Active, Day(0).AddSeconds(2));

        var (first, second) = (Customer.Buying(Products.Pro).Hears(checkout, state), Customer.Buying(Products.Pro).Hears(state, checkout));

        Assert.Multiple(() =>
        {
            foreach (var customer in new[] { first, second })
            {
                Assert.That(customer.Right.Subscription!.PeriodEnd, Is.EqualTo(Day(30)));
                Assert.That(customer.Right.AttemptId, Is.EqualTo("att_1"));
                Assert.That(customer.Right.StripeCheckoutSessionId, Is.EqualTo("cs_1"));
                Assert.That(customer.Right.UnitsRemaining, Is.EqualTo(100));
                Assert.That(customer.Attempt!.EntitlementId, Is.EqualTo(customer.Right.Id));
            }
        });
    }

    [Test]
    public void A_completion_that_comes_after_the_subscriptions_end_revives_nothing()
    {
        var customer = Customer.Buying(Products.Pro).Hears(
            Stripe.State(StripeSubscriptionStatus.Canceled, Day(1)), Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"));
        Assert.That((customer.MayProceed(Day(1)), customer.Attempt!.Status), Is.EqualTo((false, AttemptStatus.Completed)));
    }

    private static Entitlement Bought(ProductTerms product, long quantity) =>
        Customer.Buying(product, quantity).Hears(Stripe.Checkout(CheckoutResult.Paid, Noon)).Right;
}
