using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeSubscriptionStoryTests : StripeFixture
{
    [Test]
    public async Task The_turn_and_the_invoice_are_an_hour_apart()
    {
        var id = await SubscribeAsync();
        var turned = await Stripe.TurnPeriodAsync(id);
        var draft = Invoice(turned.LatestInvoice!);
        await Stripe.FinalizeInvoiceAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((draft.Status, draft.PaymentIntent), Is.EqualTo(("draft", (string?)null)));
            Assert.That((Stripe.Now, Invoice(draft.Id).Status), Is.EqualTo((Start.AddMonths(1).AddHours(1), "paid")));
            Assert.That(Later, Is.EqualTo(new[] { "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded" }));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.FinalizeInvoiceAsync(id));
        }
    }

    [Test]
    public async Task Every_try_is_a_charge_of_one_payment()
    {
        var id = await SubscribeAsync();
        await Stripe.FailRenewalAsync(id);
        await Stripe.FailRenewalAsync(id);
        await Stripe.RecoverAsync(id);
        var invoice = Invoice(Stripe.Subscriptions.Single().LatestInvoice!);
        var link = Stripe.InvoicePayments.Single(one => one.Invoice == invoice.Id);
        var charges = Stripe.Charges.Where(charge => charge.PaymentIntent == link.PaymentIntent).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(charges.Select(charge => charge.Status), Is.EqualTo(new[] { "failed", "failed", "succeeded" }));
            Assert.That((link.Status, link.PaymentIntent, invoice.Charge), Is.EqualTo(("paid", invoice.PaymentIntent, charges[^1].Id)));
            Assert.That(Stripe.PaymentIntents.Single(payment => payment.Id == link.PaymentIntent).Charge, Is.EqualTo(charges[^1].Id));
            Assert.That(charges.Select(charge => charge.Invoice), Is.All.EqualTo(invoice.Id));
        }
    }

    [Test]
    public async Task A_bank_that_asks_first_leaves_it_incomplete_until_it_is_paid()
    {
        var session = await OpenAsync(Subscription(("subscription_data[metadata][a]", "b")));
        var begun = await Stripe.BeginPaymentAsync(session);
        var open = Stripe.Sessions.Single();
        var paid = await Stripe.PayAsync(session);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((begun.Status, open.Status, open.Subscription), Is.EqualTo(("incomplete", "open", (string?)null)));
            Assert.That(paid.Subscription, Is.EqualTo(begun.Id));
            Assert.That(Hooks.Types, Is.EqualTo(new[]
            {
                "customer.subscription.created", "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded",
                "checkout.session.completed",
            }));
            Assert.That((Stripe.Invoices.Count, Stripe.PaymentIntents.Count, Stripe.Charges.Count), Is.EqualTo((1, 1, 1)));
            Assert.That(Stripe.InvoicePayments.Single().Status, Is.EqualTo("paid"));
        }
    }

    [Test]
    public async Task A_first_payment_nobody_confirms_expires()
    {
        var session = await OpenAsync(Subscription());
        var begun = await Stripe.BeginPaymentAsync(session);
        var expired = await Stripe.ExpireIncompleteAsync(begun.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((expired.Status, Stripe.Now), Is.EqualTo(("incomplete_expired", Start.AddHours(23))));
            Assert.That((Stripe.Invoices.Single().Status, Stripe.InvoicePayments.Single().Status), Is.EqualTo(("void", "canceled")));
            Assert.That(Hooks.Types, Is.EqualTo(new[] { "customer.subscription.created", "customer.subscription.updated" }));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.PayAsync(session));
            Assert.That((await Stripe.ExpireAsync(session)).Status, Is.EqualTo("expired"));
        }
    }

    [Test]
    public async Task Paused_collection_keeps_the_status_and_takes_no_money()
    {
        var id = await SubscribeAsync();
        await Stripe.PauseCollectionAsync(id);
        var renewed = await Stripe.RenewAsync(id);
        await Stripe.ResumeCollectionAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((renewed.Status, Invoice(renewed.LatestInvoice!).Status), Is.EqualTo(("active", "void")));
            Assert.That(Later, Is.EqualTo(Enumerable.Repeat("customer.subscription.updated", 3)));
            Assert.That((string?)Object(5)["pause_collection"]!["behavior"], Is.EqualTo("void"));
            Assert.That(Object(7)["pause_collection"], Is.Null);
        }
    }

    [Test]
    public async Task A_decided_end_comes_at_its_instant()
    {
        var id = await SubscribeAsync();
        Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.EndAsync(id));
        await Stripe.CancelAtPeriodEndAsync(id);
        var ended = await Stripe.EndAsync(id);
        Assert.That((ended.Status, ended.EndedAt, Later[^1]), Is.EqualTo(("canceled", (DateTimeOffset?)Start.AddMonths(1), "customer.subscription.deleted")));
    }

    [Test]
    public async Task Nothing_is_due_after_a_full_discount()
    {
        var session = await OpenAsync(Subscription());
        Stripe.Discount(session, 100);
        var paid = await Stripe.PayAsync(session);
        var renewed = await Stripe.RenewAsync(paid.Subscription!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((paid.PaymentStatus, paid.AmountTotal), Is.EqualTo(("no_payment_required", 0)));
            Assert.That((int?)Hooks.All[0].Document["data"]!["object"]!["total_details"]!["amount_discount"], Is.EqualTo(2000));
            Assert.That(Invoice(paid.Invoice!).PaymentIntent, Is.Null);
            Assert.That(Invoice(renewed.LatestInvoice!).AmountDue, Is.EqualTo(2000));
        }
    }

    [Test]
    public async Task Items_come_and_go_with_their_own_periods()
    {
        Stripe.AddPrice("price_seat", 300, recurring: true);
        var id = await SubscribeAsync();
        Stripe.Advance(TimeSpan.FromDays(10));
        await Stripe.AddItemAsync(id, "price_seat", 4);
        var both = await Stripe.AddItemAsync(id, "price_year");
        var (seat, year) = (both.Items[1], both.Items[2]);
        await Stripe.ChangeQuantityAsync(id, 5, seat.ItemId);
        await Stripe.RenewAsync(id);
        await Stripe.RenewItemAsync(id, year.ItemId);
        var left = await Stripe.RemoveItemAsync(id, seat.ItemId);
        var items = (await GetAsync($"/v1/subscriptions/{id}")).Json["items"]!["data"]!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Later, Is.EqualTo(new[]
            {
                "customer.subscription.updated",
                "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded",
                "customer.subscription.updated",
                "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded",
                "customer.subscription.updated", "invoice.paid", "invoice.payment_succeeded",
                "customer.subscription.updated",
            }));
            Assert.That(Object(5)["items"]!["data"]!.AsArray().Select(item => (long?)item!["current_period_end"]), Is.All.EqualTo(Unix(Start.AddMonths(1))));
            Assert.That((int?)Object(7)["amount_due"], Is.EqualTo(20000), "only the year");
            Assert.That((int?)Object(11)["amount_due"], Is.EqualTo(3500), "the month and five seats");
            Assert.That(items.Select(item => (long?)item!["current_period_end"]), Is.EqualTo(new[] { Unix(Start.AddMonths(2)), Unix(Start.AddDays(10).AddYears(2)) }));
            Assert.ThrowsAsync<InvalidOperationException>(async () =>
            {
                await Stripe.RemoveItemAsync(id, left.Items[1].ItemId);
                await Stripe.RemoveItemAsync(id, left.Items[0].ItemId);
            });
        }
    }

    private List<string> Later => [.. Hooks.Types.Skip(5)];

    private JsonNode Object(int index) => Hooks.All[index].Document["data"]!["object"]!;

    private StripeInvoice Invoice(string id) => Stripe.Invoices.Single(invoice => invoice.Id == id);

    private static long? Unix(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
