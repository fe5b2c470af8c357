using Licenzy.Domain.Billing;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class IncludedUnitsTests
{
    [TestCase(Active)]
    [TestCase(Trialing)]
    public void A_subscription_begins_with_its_products_units_times_the_quantity(StripeSubscriptionStatus status) =>
        Assert.That(Units(new Customer().Hears(Stripe.State(status, Day(0), quantity: 3))), Is.EqualTo((300, 300)));

    [Test]
    public void A_new_period_refills_them() =>
        Assert.That(Units(Used(60).Hears(Stripe.State(Active, Day(31)))), Is.EqualTo((100, 100)));

    [Test]
    public void A_paid_invoice_of_a_new_period_refills_them_once()
    {
        var customer = Used(60).Hears(Stripe.Invoice(InvoiceResult.Paid, Day(30), Day(30)));
        Assert.That(Units(customer), Is.EqualTo((100, 100)));

        customer.Now(right => right.Used(30)).Hears(Stripe.State(Active, Day(31)));
        Assert.That(Units(customer), Is.EqualTo((100, 70)));
    }

    [Test]
    public void News_inside_a_period_refills_nothing() =>
        Assert.That(Units(Used(60).Hears(Stripe.State(Active, Day(2)))), Is.EqualTo((100, 40)));

    [Test]
    public void An_upgrade_inside_a_period_adds_the_difference() =>
        Assert.That(Units(Used(60).Hears(Stripe.State(Active, Day(2), Products.Plus))), Is.EqualTo((300, 240)));

    [TestCase(2, 200, 140)]
    [TestCase(5, 500, 440)]
    public void A_greater_quantity_inside_a_period_adds_the_difference(long quantity, long granted, long left) =>
        Assert.That(Units(Used(60).Hears(Stripe.State(Active, Day(2), quantity: quantity))), Is.EqualTo((granted, left)));

    [Test]
    public void A_downgrade_inside_a_period_never_leaves_less_than_none()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0), Products.Plus)).Now(right => right.Used(250));
        Assert.That(Units(customer.Hears(Stripe.State(Active, Day(2)))), Is.EqualTo((100, 0)));
    }

    [Test]
    public void A_trial_that_turns_into_a_paid_period_refills_them()
    {
        var customer = new Customer().Hears(Stripe.State(Trialing, Day(1))).Now(right => right.Used(99));
        Assert.That(Units(customer.Hears(Stripe.State(Active, Day(30)))), Is.EqualTo((100, 100)));
    }

    [Test]
    public void A_product_without_units_has_none() =>
        Assert.That(Units(Used(60).Hears(Stripe.State(Active, Day(2), Products.Lite))), Is.EqualTo(((long?)null, (long?)null)));

    [Test]
    public void A_product_without_units_in_between_gives_nothing_back()
    {
        var customer = Used(60).Hears(Stripe.State(Active, Day(1), Products.Lite), Stripe.State(Active, Day(2)));
        Assert.That(Units(customer), Is.EqualTo((100, 40)));
        Assert.That(Units(customer.Hears(Stripe.State(Active, Day(31)))), Is.EqualTo((100, 100)), "a new period");
    }

    [Test]
    public void Units_that_Checkout_gave_are_not_given_twice()
    {
        var customer = Customer.Buying(Products.Pro).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"))
            .Now(right => right.Used(10))
            .Hears(Stripe.State(Active, Day(0).AddSeconds(1)));
        Assert.That(Units(customer), Is.EqualTo((100, 90)));
    }

    [Test]
    public void A_price_that_is_not_known_still_renews_what_its_right_includes()
    {
        var renewal = Stripe.State(Active, Day(31), quantity: 2);
        var customer = Used(60).Hears(renewal with { Items = [renewal.Items[0] with { PriceId = "price_unknown" }] });
        Assert.That(Units(customer), Is.EqualTo((200, 200)));
    }

    [Test]
    public void Fewer_seats_and_more_again_give_nothing_back()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0), quantity: 5)).Now(right => right.Used(500));
        for (var day = 1; day < 9; day += 2)
        {
            Assert.That(Units(customer.Hears(Stripe.State(Active, Day(day), quantity: 1))), Is.EqualTo((100, 0)));
            Assert.That(Units(customer.Hears(Stripe.State(Active, Day(day + 1), quantity: 5))), Is.EqualTo((500, 0)));
        }

        Assert.That(Units(customer.Hears(Stripe.State(Active, Day(31), quantity: 5))), Is.EqualTo((500, 500)), "a new period");
    }

    [Test]
    public void News_of_the_old_period_after_a_payment_for_the_new_one_refills_nothing()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)));
        customer.Hears(Stripe.Invoice(InvoiceResult.Paid, Day(31), Day(31))).Now(right => right.Used(100));
        var late = Stripe.State(Active, Day(29));
        Assert.That(Units(customer.Hears(late)), Is.EqualTo((100, 0)));
        Assert.That(customer.Right.Subscription!.PeriodEnd, Is.EqualTo(Stripe.Period(Day(31)).End), "a period never turns back");
        Assert.That(Units(customer.Hears(Stripe.State(Active, Day(32)))), Is.EqualTo((100, 0)));
    }

    private static (long?, long?) Units(Customer customer) => (customer.Right.UnitsGranted, customer.Right.UnitsRemaining);

    private static Customer Used(long units) =>
        new Customer().Hears(Stripe.State(Active, Day(0))).Now(right => right.Used(units));
}
