using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class PassStackTests
{
    [Test]
    public void A_second_pass_begins_where_the_first_ends()
    {
        var customer = BuyPasses(0, 10);
        Assert.That(Spans(customer), Is.EqualTo(new[] { (Day(0), Day(30)), (Day(30), Day(60)) }));
    }

    [Test]
    public void A_pass_bought_after_the_last_one_ended_begins_when_it_is_paid() =>
        Assert.That(Spans(BuyPasses(0, 40)), Is.EqualTo(new[] { (Day(0), Day(30)), (Day(40), Day(70)) }));

    [Test]
    public void A_pass_whose_payment_is_reported_late_still_comes_first() =>
        Assert.That(Spans(BuyPasses(10, 0)), Is.EqualTo(new[] { (Day(0), Day(30)), (Day(30), Day(60)) }));

    [Test]
    public void Only_passes_of_the_same_product_that_are_in_force_are_followed()
    {
        var customer = new Customer()
            .Holds(Rights.Pass(Day(-10), Day(20)) with { ProductCode = "OTHER" })
            .Holds(Rights.Pass(Day(-10), Day(20)) with { Status = EntitlementStatus.Revoked })
            .Holds(Rights.Pass(Day(-10), Day(20)) with { Source = EntitlementSource.Portal, Block = new PaymentBlock(PaymentBlockCause.Refund, Day(-1)) })
            .Buys(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(0)));
        Assert.That(customer.Rights[^1].StartsAt, Is.EqualTo(Day(0)));
    }

    [Test]
    public void A_pass_that_an_operator_gave_is_followed_and_not_moved()
    {
        var granted = Rights.Pass(Day(5), Day(15)) with { Source = EntitlementSource.Portal, CreatedAt = Day(-1) };
        var customer = new Customer().Holds(granted).Buys(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(0)));
        Assert.That(Spans(customer), Is.EqualTo(new[] { (Day(5), Day(15)), (Day(15), Day(45)) }));
    }

    [Test]
    public void A_revoked_pass_moves_the_later_ones_forward()
    {
        var customer = BuyPasses(0, 1, 2);
        Assert.That(Spans(Revoked(customer, 0, Day(10))), Is.EqualTo(new[] { (Day(0), Day(30)), (Day(10), Day(40)), (Day(40), Day(70)) }));
    }

    [Test]
    public void A_pass_revoked_before_it_began_keeps_nobody_waiting_whatever_becomes_of_the_ones_before()
    {
        var customer = Revoked(BuyPasses(0, 1, 2), 1, Day(5));
        Assert.That(Spans(customer), Is.EqualTo(new[] { (Day(0), Day(30)), (Day(30), Day(60)), (Day(30), Day(60)) }));

        Refund(customer, 0, Day(10));
        Assert.That(customer.Rights[2].StartsAt, Is.EqualTo(Day(10)));
    }

    [Test]
    public void A_refunded_pass_that_is_revoked_too_moves_nothing_back()
    {
        var customer = BuyPasses(0, 1);
        Refund(customer, 0, Day(5));
        Assert.That(Revoked(customer, 0, Day(10)).Rights[1].StartsAt, Is.EqualTo(Day(5)));
    }

    [PropertyTest]
    public bool The_order_in_which_payments_are_reported_makes_no_difference(byte[] days) =>
        Spans(BuyPasses([.. Distinct(days)])).SequenceEqual(Spans(BuyPasses([.. Distinct(days).Order()])));

    [PropertyTest]
    public bool Passes_never_overlap_and_each_lasts_its_days(byte[] days)
    {
        var spans = Spans(BuyPasses([.. Distinct(days)])).ToList();
        return spans.Zip(spans.Skip(1)).All(pair => pair.First.End <= pair.Second.Start) && spans.All(span => span.End - span.Start == TimeSpan.FromDays(30));
    }

    private static Customer Revoked(Customer customer, int place, DateTimeOffset at) =>
        customer.Writes(GrantRules.Revoke(customer.Rights[place], at)!.Settled(customer.Rights));

    private static void Refund(Customer customer, int place, DateTimeOffset at) =>
        customer.Hears(Stripe.Refund(at, payment: customer.Rights[place].StripePaymentIntentId!), Stripe.Charge(2000, at, customer.Rights[place].StripePaymentIntentId!));

    private static IEnumerable<int> Distinct(byte[] days) => days.Take(6).Select(day => (int)day).Distinct();

    private static Customer BuyPasses(params int[] days)
    {
        var customer = new Customer();
        foreach (var day in days)
            customer.Buys(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(day), session: $"cs_{day}"));
        return customer;
    }

    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Spans(Customer customer) =>
        customer.Rights.Select(right => (right.StartsAt, right.ExpiresAt!.Value)).Order();
}
