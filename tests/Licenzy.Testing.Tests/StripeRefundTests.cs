using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeRefundTests : StripeFixture
{
    [Test]
    public async Task A_full_refund_sends_its_three_events()
    {
        var paid = await BuyAsync();
        var refund = await Stripe.RefundAsync(paid.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Later(1), Is.EqualTo(new[] { "refund.created", "charge.refunded", "refund.updated" }));
            Assert.That((refund.Amount, refund.Status, refund.PaymentIntent), Is.EqualTo((500, "succeeded", paid.PaymentIntent)));
            var charge = Object(2);
            Assert.That(((int?)charge["amount_refunded"], (bool?)charge["refunded"]), Is.EqualTo((500, true)));
            Assert.That(((string?)charge["id"], (string?)charge["payment_intent"]), Is.EqualTo((refund.Charge, paid.PaymentIntent)));
            Assert.That(((int?)Previous(2)["amount_refunded"], (bool?)Previous(2)["refunded"]), Is.EqualTo((0, false)));
        }
    }

    [Test]
    public async Task Refunds_of_one_charge_add_up_and_no_further()
    {
        var paid = await BuyAsync();
        await Stripe.RefundAsync(paid.PaymentIntent!, 200);
        await Stripe.RefundAsync(Stripe.Charges.Single().Id, 100);
        using (Assert.EnterMultipleScope())
        {
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.RefundAsync(paid.Id, 201));
            Assert.That((int?)Object(5)["amount_refunded"], Is.EqualTo(300));
            Assert.That((bool?)Object(5)["refunded"], Is.False);
            Assert.That((await Stripe.RefundAsync(paid.Id)).Amount, Is.EqualTo(200), "what is left");
            Assert.That(Stripe.Charges.Single().AmountRefunded, Is.EqualTo(500));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.RefundAsync(paid.Id));
        }
    }

    [Test]
    public async Task A_pending_refund_counts_at_once_and_arrives_later()
    {
        var paid = await BuyAsync();
        var refund = await Stripe.RefundAsync(paid.Id, pending: true);
        Stripe.Advance(TimeSpan.FromDays(3));
        await Stripe.SettleRefundAsync(refund.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Later(1), Is.EqualTo(new[] { "refund.created", "charge.refunded", "refund.updated" }));
            Assert.That(((string?)Object(1)["status"], (string?)Object(3)["status"]), Is.EqualTo(("pending", "succeeded")));
            Assert.That((int?)Object(2)["amount_refunded"], Is.EqualTo(500));
            Assert.That((string?)Previous(3)["status"], Is.EqualTo("pending"));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.SettleRefundAsync(refund.Id));
        }
    }

    [TestCase(false, "succeeded")]
    [TestCase(true, "pending")]
    public async Task A_refund_that_fails_is_taken_off_the_charge_again(bool pending, string before)
    {
        var paid = await BuyAsync();
        await Stripe.RefundAsync(paid.Id, 100);
        var refund = await Stripe.RefundAsync(paid.Id, 300, pending);
        await Stripe.FailRefundAsync(refund.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types.TakeLast(2), Is.EqualTo(new[] { "refund.updated", "refund.failed" }));
            var failed = Object(Hooks.All.Count - 1);
            Assert.That(((string?)failed["status"], (string?)failed["failure_reason"]), Is.EqualTo(("failed", "expired_or_canceled_card")));
            Assert.That((string?)Previous(Hooks.All.Count - 1)["status"], Is.EqualTo(before));
            Assert.That((int?)(await GetAsync($"/v1/charges/{refund.Charge}")).Json["amount_refunded"], Is.EqualTo(100));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.FailRefundAsync(refund.Id));
        }
    }

    [Test]
    public async Task An_invoice_can_be_refunded_and_only_if_it_was_paid()
    {
        var id = await SubscribeAsync();
        var first = Stripe.Subscriptions.Single().LatestInvoice!;
        await Stripe.FailRenewalAsync(id);
        var second = Stripe.Subscriptions.Single().LatestInvoice!;
        var refund = await Stripe.RefundAsync(first);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refund.Amount, Is.EqualTo(2000));
            Assert.That(Stripe.InvoicePayments.Single(link => link.Invoice == first).PaymentIntent, Is.EqualTo(refund.PaymentIntent));
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.RefundAsync(second));
            Assert.ThrowsAsync<ArgumentException>(() => Stripe.RefundAsync("in_none"));
        }
    }

    [Test]
    public async Task Only_older_versions_name_the_invoice_on_the_charge()
    {
        await SubscribeAsync();
        var charge = Stripe.Charges.Single();
        var older = (await GetAsync($"/v1/charges/{charge.Id}?expand[]=invoice", StripeEvents.OlderApiVersion)).Json;
        var newer = await GetAsync($"/v1/charges/{charge.Id}?expand[]=invoice");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)older["invoice"]!["charge"], Is.EqualTo(charge.Id));
            Assert.That((string?)older["invoice"]!["payment_intent"], Is.EqualTo(charge.PaymentIntent));
            Assert.That(newer.Status, Is.EqualTo(400));
            Assert.That((await GetAsync($"/v1/charges/{charge.Id}")).Json.AsObject().ContainsKey("invoice"), Is.False);
        }
    }

    private async Task<StripeCheckoutSession> BuyAsync() => await Stripe.PayAsync(await OpenAsync(Payment()));

    private IEnumerable<string> Later(int after) => Hooks.Types.Skip(after);

    private JsonNode Object(int index) => Hooks.All[index].Document["data"]!["object"]!;

    private JsonNode Previous(int index) => Hooks.All[index].Document["data"]!["previous_attributes"]!;
}
