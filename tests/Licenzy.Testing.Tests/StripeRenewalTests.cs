using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeRenewalTests : StripeFixture
{
    [Test]
    public async Task A_renewal_turns_the_period_and_is_paid_an_hour_later()
    {
        var id = await SubscribeAsync();
        var renewed = await Stripe.RenewAsync(id);
        var end = Start.AddMonths(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((renewed.PeriodStart, renewed.PeriodEnd), Is.EqualTo((end, Start.AddMonths(2))));
            Assert.That(Later, Is.EqualTo(new[] { "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded" }));
            Assert.That(At(5), Is.EqualTo(end));
            Assert.That(At(6), Is.EqualTo(end.AddHours(1)));
            Assert.That((string?)Object(6)["billing_reason"], Is.EqualTo("subscription_cycle"));
            Assert.That((long?)Object(6)["lines"]!["data"]![0]!["period"]!["start"], Is.EqualTo(end.ToUnixTimeSeconds()));
            Assert.That(Stripe.Now, Is.EqualTo(end.AddHours(1)));
        }
    }

    [Test]
    public async Task A_failed_renewal_is_past_due_then_unpaid_then_recovers()
    {
        var id = await SubscribeAsync();
        var failed = await Stripe.FailRenewalAsync(id);
        await Stripe.FailRenewalAsync(id);
        var unpaid = await Stripe.MarkUnpaidAsync(id);
        var recovered = await Stripe.RecoverAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failed.Status, unpaid.Status, recovered.Status), Is.EqualTo(("past_due", "unpaid", "active")));
            Assert.That(Later, Is.EqualTo(new[]
            {
                "customer.subscription.updated", "invoice.payment_failed", "customer.subscription.updated",
                "invoice.payment_failed",
                "invoice.payment_failed", "customer.subscription.updated",
                "invoice.paid", "invoice.payment_succeeded", "customer.subscription.updated",
            }));
            Assert.That((int?)Object(8)["attempt_count"], Is.EqualTo(2));
            Assert.That(Object(8)["next_payment_attempt"], Is.Not.Null);
            Assert.That(Object(9)["next_payment_attempt"], Is.Null);
            Assert.That(Stripe.Invoices, Has.Count.EqualTo(2));
        }
    }

    [Test]
    public async Task A_cancellation_at_period_end_sets_both_and_can_be_taken_back()
    {
        var id = await SubscribeAsync();
        await Stripe.CancelAtPeriodEndAsync(id);
        await Stripe.UncancelAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bool?)Object(5)["cancel_at_period_end"], Is.True);
            Assert.That((long?)Object(5)["cancel_at"], Is.EqualTo(Start.AddMonths(1).ToUnixTimeSeconds()));
            Assert.That((bool?)Hooks.All[5].Document["data"]!["previous_attributes"]!["cancel_at_period_end"], Is.False);
            Assert.That(Object(6)["cancel_at"], Is.Null);
        }
    }

    [Test]
    public async Task A_cancellation_at_an_instant_leaves_the_flag_false()
    {
        var id = await SubscribeAsync();
        await Stripe.CancelAtAsync(id, Start.AddDays(10));
        var canceled = await Stripe.CancelNowAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((bool?)Object(5)["cancel_at_period_end"], Is.False);
            Assert.That((long?)Object(5)["cancel_at"], Is.EqualTo(Start.AddDays(10).ToUnixTimeSeconds()));
            Assert.That(Later[^1], Is.EqualTo("customer.subscription.deleted"));
            Assert.That((canceled.Status, canceled.EndedAt), Is.EqualTo(("canceled", (DateTimeOffset?)Start)));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.RenewAsync(id));
        }
    }

    [Test]
    public async Task A_price_change_keeps_the_item_and_tells_the_old_price()
    {
        var id = await SubscribeAsync();
        var before = Stripe.Subscriptions.Single().Items[0].ItemId;
        await Stripe.ChangePriceAsync(id, "price_year", 3);
        var item = Object(5)["items"]!["data"]![0]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((string?)item["id"], (string?)item["price"]!["id"], (int?)item["quantity"]), Is.EqualTo((before, "price_year", 3)));
            Assert.That(
                (string?)Hooks.All[5].Document["data"]!["previous_attributes"]!["items"]!["data"]![0]!["price"]!["id"], Is.EqualTo("price_month"));
        }
    }

    [Test]
    public async Task Another_interval_begins_a_period_now_and_is_paid()
    {
        var id = await SubscribeAsync();
        Stripe.Advance(TimeSpan.FromDays(10));
        var yearly = await Stripe.ChangePriceAsync(id, "price_year");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((yearly.PeriodStart, yearly.PeriodEnd), Is.EqualTo((Start.AddDays(10), Start.AddDays(10).AddYears(1))));
            Assert.That(Later, Is.EqualTo(new[] { "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded" }));
        }
    }

    [Test]
    public async Task Another_price_of_the_same_interval_leaves_the_period()
    {
        Stripe.AddPrice("price_more", 4000, recurring: true);
        var id = await SubscribeAsync();
        Stripe.Advance(TimeSpan.FromDays(10));
        var more = await Stripe.ChangePriceAsync(id, "price_more");
        Assert.That((more.PeriodEnd, Later.Count), Is.EqualTo((Start.AddMonths(1), 1)));
    }

    [Test]
    public async Task Periods_are_counted_from_the_anchor()
    {
        Stripe.Advance(new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero) - Start);
        var id = await SubscribeAsync();
        var february = await Stripe.RenewAsync(id);
        var march = await Stripe.RenewAsync(id);
        Assert.That((february.PeriodStart.Day, february.PeriodEnd.Day, march.PeriodEnd.Day), Is.EqualTo((28, 31, 30)));
    }

    [Test]
    public async Task A_read_has_the_shape_of_the_version_asked_for()
    {
        var id = await SubscribeAsync();
        var older = (await GetAsync($"/v1/subscriptions/{id}", StripeEvents.OlderApiVersion)).Json;
        var newer = (await GetAsync($"/v1/subscriptions/{id}")).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((long?)older["current_period_end"], Is.EqualTo(Start.AddMonths(1).ToUnixTimeSeconds()));
            Assert.That(older["items"]!["data"]![0]!["current_period_end"], Is.Null);
            Assert.That(newer["current_period_end"], Is.Null);
            Assert.That((long?)newer["items"]!["data"]![0]!["current_period_end"], Is.EqualTo(Start.AddMonths(1).ToUnixTimeSeconds()));
        }
    }

    // Everything after the five events of the checkout.
    private List<string> Later => [.. Hooks.Types.Skip(5)];

    private JsonNode Object(int index) => Hooks.All[index].Document["data"]!["object"]!;

    private DateTimeOffset At(int index) => DateTimeOffset.FromUnixTimeSeconds((long)Hooks.All[index].Document["created"]!);
}
