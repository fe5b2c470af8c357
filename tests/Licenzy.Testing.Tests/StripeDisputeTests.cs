using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

public sealed class StripeDisputeTests : StripeFixture
{
    [TestCase(true, "won")]
    [TestCase(false, "lost")]
    public async Task A_dispute_is_opened_answered_and_decided(bool wins, string status)
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var dispute = await Stripe.DisputeAsync(paid.Id);
        await Stripe.RespondToDisputeAsync(dispute.Id);
        _ = wins ? await Stripe.WinDisputeAsync(dispute.Id) : await Stripe.LoseDisputeAsync(dispute.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types.Skip(1), Is.EqualTo(new[] { "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed" }));
            Assert.That(Statuses(), Is.EqualTo(new[] { "needs_response", "under_review", status }));
            Assert.That((string?)Object(1)["payment_intent"], Is.EqualTo(paid.PaymentIntent));
            Assert.That((string?)Hooks.All[2].Document["data"]!["previous_attributes"]!["status"], Is.EqualTo("needs_response"));
            Assert.That(Stripe.Charges.Single().Disputed, Is.True);
            Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.WinDisputeAsync(dispute.Id));
        }
    }

    [Test]
    public async Task An_inquiry_ends_by_itself()
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var inquiry = await Stripe.InquireAsync(paid.Id);
        await Stripe.RespondToDisputeAsync(inquiry.Id);
        Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.WinDisputeAsync(inquiry.Id));
        await Stripe.CloseInquiryAsync(inquiry.Id);
        Assert.That(Statuses(), Is.EqualTo(new[] { "warning_needs_response", "warning_under_review", "warning_closed" }));
    }

    [Test]
    public async Task An_inquiry_becomes_a_dispute()
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var inquiry = await Stripe.InquireAsync(paid.Id);
        await Stripe.EscalateInquiryAsync(inquiry.Id);
        await Stripe.LoseDisputeAsync(inquiry.Id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hooks.Types.Skip(1), Is.EqualTo(new[] { "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed" }));
            Assert.That(Statuses(), Is.EqualTo(new[] { "warning_needs_response", "needs_response", "lost" }));
            Assert.That((string?)Object(1)["payment_method_details"]!["card"]!["case_type"], Is.EqualTo("inquiry"));
            Assert.That((string?)Object(2)["payment_method_details"]!["card"]!["case_type"], Is.EqualTo("chargeback"));
        }
    }

    [Test]
    public async Task One_charge_has_one_open_dispute()
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Payment()));
        var first = await Stripe.DisputeAsync(paid.Id, 100);
        Assert.ThrowsAsync<InvalidOperationException>(() => Stripe.InquireAsync(paid.Id));
        await Stripe.WinDisputeAsync(first.Id);
        await Stripe.DisputeAsync(paid.Id);
        Assert.That(Stripe.Disputes.Select(dispute => dispute.Amount), Is.EqualTo(new[] { 100, 500 }));
    }

    private IEnumerable<string?> Statuses() => Hooks.All.Skip(1).Select(one => (string?)one.Document["data"]!["object"]!["status"]);

    private JsonNode Object(int index) => Hooks.All[index].Document["data"]!["object"]!;
}
