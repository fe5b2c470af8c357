using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class SubscriptionStatusTests
{
    [TestCase(Active, EntitlementStatus.Active, null, Reason.SubscriptionActive)]
    [TestCase(Trialing, EntitlementStatus.Trialing, null, Reason.SubscriptionTrialing)]
    [TestCase(PastDue, EntitlementStatus.PastDue, StatusCause.Dunning, Reason.PastDueInGrace)]
    [TestCase(Unpaid, EntitlementStatus.PastDue, StatusCause.Unpaid, Reason.PaymentFailed)]
    [TestCase(Paused, EntitlementStatus.Paused, null, Reason.SubscriptionPaused)]
    [TestCase(Canceled, EntitlementStatus.Canceled, StatusCause.SubscriptionDeleted, Reason.SubscriptionCanceled)]
    public void Each_of_Stripes_states_has_its_meaning(StripeSubscriptionStatus stripe, EntitlementStatus status, StatusCause? cause, Reason reason)
    {
        var first = Told(Stripe.State(stripe, Day(1)));
        var later = Told(Stripe.State(Active, Day(0)), Stripe.State(stripe, Day(1)));
        Assert.Multiple(() =>
        {
            foreach (var right in new[] { first.Right, later.Right })
            {
                Assert.That((right.Status, right.StatusCause), Is.EqualTo((status, cause)));
                Assert.That(right.At(Day(1), Leeway.Default).Reason, Is.EqualTo(reason));
            }
        });
    }

    [TestCase(Incomplete)]
    [TestCase(IncompleteExpired)]
    [TestCase(Unknown)]
    public void A_state_that_nothing_was_paid_for_gives_no_right(StripeSubscriptionStatus stripe) =>
        Assert.That(Told(Stripe.State(stripe, Day(0))).Rights, Is.Empty);

    [Test]
    public void A_first_payment_that_never_came_expires_what_Checkout_gave()
    {
        var customer = Customer.Buying(Products.Pro).Hears(
            Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"), Stripe.State(IncompleteExpired, Day(1)));
        Assert.That(
            (customer.Right.Status, customer.Right.At(Day(1), Leeway.Default)),
            Is.EqualTo((EntitlementStatus.Expired, Availability.No(Reason.PaymentFailed))));
    }

    [Test]
    public void Incomplete_can_only_be_older_than_a_payment()
    {
        var customer = Customer.Buying(Products.Pro).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"));
        var paid = customer.Right;
        Assert.That(customer.Hears(Stripe.State(Incomplete, Day(0).AddSeconds(5))).Right, Is.EqualTo(paid));
    }

    [TestCase(Active)]
    [TestCase(Trialing)]
    [TestCase(PastDue)]
    [TestCase(Unpaid)]
    [TestCase(Paused)]
    public void A_word_newer_than_this_code_keeps_what_is_known(StripeSubscriptionStatus known)
    {
        var customer = Told(Stripe.State(known, Day(0)));
        var before = customer.Right;
        Assert.That(customer.Hears(Stripe.State(Unknown, Day(1)) with { IsFetched = true }).Right, Is.EqualTo(before.With(terms => terms with { AsOf = Day(1) })));
    }

    [Test]
    public void A_word_newer_than_this_code_is_asked_about_and_makes_nothing_older_news()
    {
        var customer = Told(Stripe.State(Active, Day(0)), Stripe.State(Unknown, Day(2)));
        Assert.That(customer.Look, Is.EqualTo(new StripeLook(StripeLookKind.Subscription, "sub_1", "The event's status is a word that is not known here.")));
        Assert.That(customer.Hears(Stripe.State(Paused, Day(1))).Right.Status, Is.EqualTo(EntitlementStatus.Paused));
    }

    [Test]
    public void A_paused_subscription_that_is_resumed_is_active_again() =>
        Assert.That(Told(Stripe.State(Trialing, Day(0)), Stripe.State(Paused, Day(7)), Stripe.State(Active, Day(8))).MayProceed(Day(8)));

    [Test]
    public void An_end_counts_though_an_answer_of_before_it_is_dated_after_it()
    {
        var stale = Stripe.State(Active, Day(5).AddSeconds(2)) with { IsFetched = true };
        var customer = Told(Stripe.State(Active, Day(0)), stale, Stripe.State(Canceled, Day(5)));
        Assert.That((customer.Right.Status, customer.Right.EndedAt), Is.EqualTo((EntitlementStatus.Canceled, (DateTimeOffset?)Day(5))));
        Assert.That(customer.Hears(stale).MayProceed(Day(5).AddSeconds(2)), Is.False);
    }

    [Test]
    public void A_subscription_that_was_unpaid_and_is_paid_is_active_again()
    {
        var customer = Told(Stripe.State(Active, Day(0)), Stripe.State(Unpaid, Day(1)));
        Assert.That(customer.MayProceed(Day(1)), Is.False);
        Assert.That(customer.Hears(Stripe.State(Active, Day(2))).MayProceed(Day(2)));
    }

    private static Customer Told(params SubscriptionEvent[] states) => new Customer().Hears(states);
}
