using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class SubscriptionItemTests
{
    [Test]
    public void An_upgrade_switches_the_product_in_one_step()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)));
        var outcome = customer.Outcome(Stripe.State(Active, Day(1), Products.Plus));
        Assert.That(outcome.Changes, Has.Count.EqualTo(1));
        Assert.That((outcome.Changes[0].Before, outcome.Changes[0].After.ProductCode), Is.EqualTo((customer.Right, "PLUS")));
        Assert.That(outcome.Changes[0].After.At(Day(1), Leeway.Default).IsAvailable);
    }

    [Test]
    public void An_item_that_is_taken_out_ends_its_right_alone()
    {
        var customer = new Customer().Hears(
            Two(Day(0)), Stripe.State(Active, Day(1)) with { Items = [Stripe.Item(Day(1), Products.Plus, id: "si_2")] });
        Assert.Multiple(() =>
        {
            Assert.That((customer.Rights[0].Status, customer.Rights[0].StatusCause, customer.Rights[0].EndedAt),
                Is.EqualTo((EntitlementStatus.Canceled, StatusCause.ItemRemoved, Day(1))));
            Assert.That(customer.Rights[1].Status, Is.EqualTo(EntitlementStatus.Active));
        });
    }

    [Test]
    public void An_item_that_was_taken_out_comes_back_only_as_another()
    {
        var customer = new Customer().Hears(
            Two(Day(0)), Stripe.State(Active, Day(1)) with { Items = [Stripe.Item(Day(1), Products.Plus, id: "si_2")] }, Two(Day(2)));
        Assert.That(customer.Rights.Select(right => right.EndedAt is null), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public void A_swap_of_items_leaves_no_moment_without_access()
    {
        var customer = new Customer().Hears(
            Stripe.State(Active, Day(0)), Stripe.State(Active, Day(1)) with { Items = [Stripe.Item(Day(1), Products.Plus, id: "si_2")] });
        Assert.That(
            customer.Rights.Select(right => (right.ProductCode, right.At(Day(1), Leeway.Default).IsAvailable)),
            Is.EqualTo(new[] { ("PRO", false), ("PLUS", true) }));
    }

    [Test]
    public void None_of_an_item_is_no_right_until_there_are_some_again()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0), quantity: 3), Stripe.State(Active, Day(1), quantity: 0));
        Assert.That(customer.MayProceed(Day(1)), Is.False);
        Assert.That(customer.Hears(Stripe.State(Active, Day(2), quantity: 2)).MayProceed(Day(2)), Is.True);
        Assert.That(customer.Right.UnitsRemaining, Is.EqualTo(200));
    }

    [Test]
    public void An_item_put_in_again_at_once_goes_on_with_what_was_used_of_it()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0))).Now(right => right.With(terms => terms with { UnitsUsed = 70 }) with { UnitsRemaining = 30 });
        var id = customer.Right.Id;
        customer.Hears(Stripe.State(Active, Day(1)) with { Items = [Stripe.Item(Day(1), id: "si_2")] });
        Assert.That((customer.Right.Id, customer.Right.UnitsRemaining, customer.Right.Subscription!.ItemId), Is.EqualTo((id, (long?)30, "si_2")));
    }

    [Test]
    public void What_was_bought_is_the_item_of_its_product_wherever_it_stands()
    {
        var addon = Stripe.Item(Day(0), id: "si_addon") with { PriceId = "price_unknown" };
        var customer = Customer.Buying(Products.Pro).Hears(
            Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"), Stripe.State(Active, Day(0).AddSeconds(1)) with { Items = [addon, Stripe.Item(Day(0))] });
        Assert.That((customer.Right.ProductCode, customer.Right.Subscription!.ItemId), Is.EqualTo(("PRO", "si_1")));
    }

    [Test]
    public void A_checkout_told_last_is_of_the_right_it_sold()
    {
        var customer = Customer.Buying(Products.Pro).Hears(
            Stripe.State(Active, Day(0)) with { Items = [Stripe.Item(Day(0), Products.Plus, id: "si_2"), Stripe.Item(Day(0))] },
            Stripe.Checkout(CheckoutResult.Paid, Day(0), subscription: "sub_1"));
        Assert.That(customer.Rights.Select(right => (right.ProductCode, right.StripeCheckoutSessionId)), Is.EqualTo(new[] { ("PLUS", null), ("PRO", "cs_1") }));
    }

    [Test]
    public void An_item_of_an_unknown_price_keeps_its_product()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0)), UnknownPrice(Stripe.State(Active, Day(31))));
        Assert.That((customer.Right.ProductCode, customer.Right.Subscription!.PeriodEnd), Is.EqualTo(("PRO", (DateTimeOffset?)Day(60))));
    }

    [Test]
    public void An_item_of_an_unknown_price_keeps_its_products_grace()
    {
        var customer = new Customer().Hears(Stripe.State(Active, Day(0), Products.Plus), UnknownPrice(Stripe.State(PastDue, Day(30))));
        Assert.That(customer.Right.Subscription!.GraceEndsAt, Is.EqualTo(Day(37)), "seven days, not the default");
    }

    [Test]
    public void An_item_of_an_unknown_price_that_nobody_bought_here_gives_nothing() =>
        Assert.That(new Customer().Hears(UnknownPrice(Stripe.State(Active, Day(0)))).Rights, Is.Empty);

    [Test]
    public void An_item_of_an_unknown_price_that_was_bought_here_gives_what_was_sold() =>
        Assert.That(Customer.Buying(Products.Pro).Hears(UnknownPrice(Stripe.State(Active, Day(0)))).Right.ProductCode, Is.EqualTo("PRO"));

    [Test]
    public void A_price_that_is_no_subscriptions_gives_nothing() =>
        Assert.That(new Customer().Hears(Stripe.State(Active, Day(0), Products.Pass30)).Rights, Is.Empty);

    [Test]
    public void An_event_without_items_speaks_of_those_that_are_known()
    {
        var customer = new Customer().Hears(Two(Day(0)), Stripe.State(Paused, Day(1)) with { Items = [] });
        Assert.Multiple(() =>
        {
            Assert.That(customer.Rights.Select(right => right.Status), Is.All.EqualTo(EntitlementStatus.Paused));
            Assert.That(customer.Rights.Select(right => right.ProductCode), Is.EqualTo(new[] { "PRO", "PLUS" }));
            Assert.That(customer.Rights.Select(right => right.Subscription!.PeriodEnd), Is.All.EqualTo(Day(30)));
            Assert.That(customer.Rights.Select(right => right.Subscription!.AsOf), Is.All.EqualTo(Day(1)));
        });
    }

    [Test]
    public void An_event_without_a_period_keeps_the_one_that_is_known()
    {
        var terms = new Customer().Hears(Stripe.State(Active, Day(0)), WithoutPeriod(Stripe.State(Active, Day(1)))).Right.Subscription!;
        Assert.That((terms.PeriodStart, terms.PeriodEnd), Is.EqualTo(((DateTimeOffset?)Day(0), (DateTimeOffset?)Day(30))));
    }

    [Test]
    public void A_period_that_nobody_named_is_not_known() =>
        Assert.That(new Customer().Hears(WithoutPeriod(Stripe.State(Active, Day(1)))).Right.Subscription!.PeriodEnd, Is.Null);

    private static SubscriptionEvent Two(DateTimeOffset at) =>
        Stripe.State(Active, at) with { Items = [Stripe.Item(at), Stripe.Item(at, Products.Plus, id: "si_2")] };

    private static SubscriptionEvent WithoutPeriod(SubscriptionEvent state) =>
        state with { Items = [.. state.Items.Select(item => item with { PeriodStart = null, PeriodEnd = null })] };

    private static SubscriptionEvent UnknownPrice(SubscriptionEvent state) =>
        state with { Items = [.. state.Items.Select(item => item with { PriceId = "price_unknown" })] };
}
