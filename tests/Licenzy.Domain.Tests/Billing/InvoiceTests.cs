using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.InvoiceResult;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class InvoiceTests
{
    [Test]
    public void A_paid_invoice_proves_the_next_period_before_the_subscriptions_own_event_comes()
    {
        var customer = Subscribed().Hears(Stripe.Invoice(Paid, Day(30), period: Day(30)));
        Assert.Multiple(() =>
        {
            Assert.That(customer.Right.Subscription!.PeriodStart, Is.EqualTo(Day(30)));
            Assert.That(customer.Right.Subscription.PeriodEnd, Is.EqualTo(Day(60)));
            Assert.That(customer.Right.Subscription.AsOf, Is.EqualTo(Day(0)), "The subscription's own event still counts.");
            Assert.That(customer.MayProceed(Day(59)));
        });
    }

    [Test]
    public void An_earlier_period_never_shortens_a_later_one() => Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(1), period: Day(-1)));

    [Test]
    public void The_same_period_again_changes_nothing() => Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(1), period: Day(1)));

    [TestCase(0)]
    [TestCase(-1)]
    public void State_that_is_not_older_than_the_payment_knows_better(int seconds) =>
        Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(0).AddSeconds(seconds), period: Day(30)));

    [Test]
    public void A_failed_payment_changes_nothing_by_itself() => Unchanged(Subscribed(), Stripe.Invoice(PaymentFailed, Day(30), period: Day(30)));

    [TestCase(null)]
    [TestCase("si_2")]
    public void A_line_about_something_else_extends_nothing(string? item) => Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(30), Day(30), item));

    [TestCase(null)]
    [TestCase("sub_2")]
    public void An_invoice_of_something_else_extends_nothing(string? subscription) =>
        Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(30), Day(30)) with { SubscriptionId = subscription });

    [Test]
    public void An_invoice_without_lines_extends_nothing() => Unchanged(Subscribed(), Stripe.Invoice(Paid, Day(30), Day(30)) with { Lines = [] });

    [Test]
    public void A_right_that_no_subscription_event_has_confirmed_waits_for_one() => Unchanged(
        Customer.Buying(Products.Pro).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1")), Stripe.Invoice(Paid, Day(1), Day(1)));

    [Test]
    public void Rights_that_are_no_subscriptions_are_left_alone() =>
        Unchanged(new Customer().Holds(Rights.Pass(Day(0), Day(30))), Stripe.Invoice(Paid, Day(1), Day(1)) with { SubscriptionId = null });

    [Test]
    public void The_subscriptions_own_event_has_the_last_word()
    {
        var customer = Subscribed().Hears(Stripe.Invoice(Paid, Day(30), Day(30)), Stripe.State(PastDue, Day(31)));
        Assert.That((customer.Right.Status, customer.Right.Subscription!.PeriodEnd), Is.EqualTo((EntitlementStatus.PastDue, (DateTimeOffset?)Day(60))));
    }

    [Test]
    public void Across_the_turn_there_is_access_at_every_second()
    {
        var customer = Subscribed();
        Assert.That(customer.MayProceed(Day(30).AddSeconds(-1)) && customer.MayProceed(Day(30)) && customer.MayProceed(Day(30).AddMinutes(5)));
        customer.Hears(Stripe.State(Active, Day(30).AddMinutes(5)));
        Assert.That(customer.MayProceed(Day(30).AddMinutes(5)) && customer.MayProceed(Day(30).AddHours(1)));
        customer.Hears(Stripe.Invoice(Paid, Day(30).AddHours(1), Day(30)));
        Assert.That(customer.MayProceed(Day(30).AddHours(1)) && customer.MayProceed(Day(60)));
    }

    private static Customer Subscribed() => new Customer().Hears(Stripe.State(Active, Day(0)));

    private static void Unchanged(Customer customer, InvoiceEvent invoice) => Assert.That(customer.Outcome(invoice).Changes, Is.Empty);
}
