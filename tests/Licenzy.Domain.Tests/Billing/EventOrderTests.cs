using FsCheck;
using FsCheck.Fluent;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class EventOrderTests
{
    private int _stories;
    private int _orders;

    [SetUp]
    public void Begin_to_count() => (_stories, _orders) = (0, 0);

    [TearDown]
    public void Say_how_many() => TestContext.Out.WriteLine($"Stories: {_stories}; orders of their events: {_orders}.");

    [PropertyTest(MaxTest = 400)]
    public Property Order_and_duplicates_never_change_the_end_state(Lifecycle life, byte[] duplicates)
    {
        var told = EndOf(life, life.Events);
        var wrong = Orders(life.Events).Select(order => Repeated(order, duplicates)).FirstOrDefault(heard => EndOf(life, heard) != told);
        return (wrong is null).Label(
            wrong is null ? "" : $"Told {told}\nbut heard as {string.Join(", ", wrong.Select(billing => billing.Id))}\n{EndOf(life, wrong)}");
    }

    [PropertyTest(MaxTest = 300)]
    public Property Order_and_duplicates_never_change_what_purchases_come_to(Purchases bought, byte[] duplicates)
    {
        var told = EndOf(bought, bought.Events);
        var wrong = Orders(bought.Events).Select(order => Repeated(order, duplicates)).FirstOrDefault(heard => EndOf(bought, heard) != told);
        return (wrong is null).Label(
            wrong is null ? "" : $"Told {told}\nbut heard as {string.Join(", ", wrong.Select(billing => billing.Id))}\n{EndOf(bought, wrong)}");
    }

    [Test]
    public void A_purchase_told_in_any_order_is_one_right()
    {
        Lifecycle life = new(
        [
            Stripe.State(Incomplete, Day(0)) with { Id = "evt_created", IsCreation = true },
            Stripe.State(Active, Day(0)),
            Stripe.Invoice(InvoiceResult.Paid, Day(0).AddSeconds(1), Day(0)),
            Stripe.Checkout(CheckoutResult.Paid, Day(0).AddSeconds(2), subscription: "sub_1"),
        ]);
        foreach (var order in Orders(life.Events))
        {
            var right = Heard(life, Repeated(order, [0, 3, 2])).Right;
            Assert.That((right.Status, right.EndsAt(), right.AttemptId), Is.EqualTo((EntitlementStatus.Active, (DateTimeOffset?)Day(30), "att_1")));
        }
    }

    private static string EndOf(Lifecycle life, IEnumerable<BillingEvent> heard)
    {
        var customer = Heard(life, heard);

        // Its id, and what was heard of it on the way, are all that may differ.
        var rights = customer.Rights.Select(right => (right with { Id = "" }).With(terms => terms with { History = StateHistory.None }))
            .OrderBy(right => right.Subscription?.ItemId, StringComparer.Ordinal).ToList();
        var access = Boundaries.Of(rights, Leeway.Default).Append(life.End).Where(at => at >= life.End).Order()
            .Select(customer.MayProceed);
        return string.Join(Environment.NewLine, [$"{customer.Attempt?.Status}", .. rights.Select(right => $"{right}"), string.Join(" ", access)]);
    }

    private static string EndOf(Purchases bought, IEnumerable<BillingEvent> heard)
    {
        var customer = new Customer().BuysAll(bought.Products).Hears(heard);
        var rights = customer.Rights.Select(right => right with { Id = "" }).OrderBy(right => right.AttemptId, StringComparer.Ordinal).ToList();
        var access = Boundaries.Of(rights, Leeway.Default).Append(bought.End).Where(at => at >= bought.End).Order().Select(customer.MayProceed);
        return string.Join(Environment.NewLine, [.. rights.Select(right => $"{right}"), string.Join(" ", access)]);
    }

    private static Customer Heard(Lifecycle life, IEnumerable<BillingEvent> heard)
    {
        var customer = life.Events.Any(billing => billing is CheckoutEvent) ? Customer.Buying(Products.Pro) : new Customer();
        return customer.Hears(heard);
    }

    // Each number says which of the events comes again, and how much later.
    private static List<BillingEvent> Repeated(IReadOnlyList<BillingEvent> order, byte[] duplicates)
    {
        var heard = order.ToList();
        foreach (var number in duplicates.Take(3))
        {
            var from = number % heard.Count;
            heard.Insert(from + 1 + (number / 16 % (heard.Count - from)), heard[from]);
        }

        return heard;
    }

    private IEnumerable<IReadOnlyList<BillingEvent>> Orders(IReadOnlyList<BillingEvent> events)
    {
        _stories++;
        foreach (var order in Permutations([.. events]))
        {
            _orders++;
            yield return order;
        }
    }

    private static IEnumerable<IReadOnlyList<T>> Permutations<T>(T[] all) => all.Length <= 1
        ? [all]
        : all.SelectMany((first, place) => Permutations([.. all[..place], .. all[(place + 1)..]]).Select(rest => (IReadOnlyList<T>)[first, .. rest]));
}
