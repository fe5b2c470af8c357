using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class DunningTests
{
    [Test]
    public void The_grace_runs_from_the_first_past_due_for_the_products_days() => Assert.Multiple(() =>
    {
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1))), Is.EqualTo(Day(22)));
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1), Products.Plus)), Is.EqualTo(Day(8)));
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1), Products.Lite)), Is.EqualTo(Day(1)));
    });

    [Test]
    public void A_price_that_is_not_known_has_the_grace_of_what_was_sold()
    {
        var failure = Stripe.State(PastDue, Day(1));
        var customer = Customer.Buying(Products.Plus).Hears(
            Stripe.State(Active, Day(0), Products.Plus), failure with { Items = [failure.Items[0] with { PriceId = "price_unknown" }] });
        Assert.That(customer.Right.Subscription!.GraceEndsAt, Is.EqualTo(Day(8)));
    }

    [Test]
    public void A_further_failure_does_not_restart_it() =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1)), Stripe.State(PastDue, Day(4)), Stripe.State(PastDue, Day(9))), Is.EqualTo(Day(22)));

    [Test]
    public void A_relapse_in_the_same_period_does_not_restart_it() =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1)), Stripe.State(Active, Day(4)), Stripe.State(PastDue, Day(9))), Is.EqualTo(Day(22)));

    [Test]
    public void A_period_that_turns_while_past_due_does_not_restart_it() =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(20)), Stripe.State(PastDue, Day(31))), Is.EqualTo(Day(41)));

    [Test]
    public void A_relapse_in_a_period_into_which_dunning_ran_on_does_not_restart_it() => Assert.That(
        GraceEnd(Stripe.State(PastDue, Day(29)), Stripe.State(PastDue, Day(31)), Stripe.State(Active, Day(32)), Stripe.State(PastDue, Day(33))),
        Is.EqualTo(Day(50)));

    [Test]
    public void A_failure_in_a_later_period_has_a_grace_of_its_own() =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1)), Stripe.State(Active, Day(4)), Stripe.State(PastDue, Day(31))), Is.EqualTo(Day(52)));

    [TestCase(Active)]
    [TestCase(Unpaid)]
    [TestCase(Paused)]
    public void Whatever_else_follows_ends_the_grace(StripeSubscriptionStatus next) =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(1)), Stripe.State(next, Day(2))), Is.Null);

    [Test]
    public void A_first_past_due_that_is_heard_of_late_moves_the_grace_back() =>
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(4)), Stripe.State(PastDue, Day(1))), Is.EqualTo(Day(22)));

    [Test]
    public void A_past_due_that_is_heard_of_after_its_recovery_still_counts_for_a_relapse() => Assert.That(
        GraceEnd(Stripe.State(Active, Day(4)), Stripe.State(PastDue, Day(1)), Stripe.State(PastDue, Day(9))), Is.EqualTo(Day(22)));

    [Test]
    public void A_past_due_of_an_earlier_period_that_is_heard_of_late_is_the_beginning_unless_it_had_recovered()
    {
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(31)), Stripe.State(PastDue, Day(1))), Is.EqualTo(Day(22)));
        Assert.That(GraceEnd(Stripe.State(PastDue, Day(31)), Stripe.State(PastDue, Day(1)), Stripe.State(Active, Day(4))), Is.EqualTo(Day(52)));
    }

    [Test]
    public void No_number_of_updates_while_past_due_pushes_its_beginning_out() => Assert.That(
        GraceEnd([.. Enumerable.Range(1, 3 * StateHistory.Longest).Select(hour => Stripe.State(PastDue, Day(1).AddHours(hour - 1)))]), Is.EqualTo(Day(22)));

    [Test]
    public void Late_news_of_dunning_changes_nothing_but_the_dunning()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(4), Products.Plus));
        var before = customer.Right;
        Assert.That(
            customer.Hears(Stripe.State(PastDue, Day(1))).Right.With(terms => terms with { History = StateHistory.None }),
            Is.EqualTo(before.With(terms => terms with { History = StateHistory.None })));
    }

    [Test]
    public void Access_drops_when_the_grace_ends_without_any_event()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)), Stripe.State(PastDue, Day(1)));
        Assert.That((customer.MayProceed(Day(22).AddTicks(-1)), customer.MayProceed(Day(22))), Is.EqualTo((true, false)));
    }

    private static DateTimeOffset? GraceEnd(params SubscriptionEvent[] states) => new Customer().Hears(states).Right.Subscription!.GraceEndsAt;
}
