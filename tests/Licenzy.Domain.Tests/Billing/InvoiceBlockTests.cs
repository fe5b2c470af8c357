using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Billing.StripeSubscriptionStatus;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

/// <summary>Money of a subscription's invoices that goes back: whose right it takes, and when it does not.</summary>
public sealed class InvoiceBlockTests
{
    [Test]
    public void An_invoice_that_several_payments_paid_is_refunded_when_all_of_them_are()
    {
        var customer = Subscribed().Hears(
            Paid(Day(0), 3000), Link("pi_a"), Link("pi_b"), Stripe.Refund(Day(1), 2000, id: "re_a", payment: "pi_a"));
        Assert.That(customer.Right.Block, Is.Null, "a part of it");
        customer.Hears(Stripe.Refund(Day(2), 1000, id: "re_b", payment: "pi_b"));
        Assert.That(customer.Right.Block, Is.EqualTo(new PaymentBlock(PaymentBlockCause.Refund, Day(2))));
        customer.Hears(Stripe.Refund(Day(4), 2000, failed: true, madeAt: Day(1), id: "re_a", payment: "pi_a"));
        Assert.That(customer.Right.Block, Is.Null);
    }

    [Test]
    public void What_only_a_charge_tells_adds_to_what_refunds_tell()
    {
        var customer = Subscribed().Hears(
            Paid(Day(0), 2000), Link("pi_a"), Stripe.Charge(500, Day(1), "pi_a"), Stripe.Refund(Day(2), 1500, id: "re_later", payment: "pi_a"));
        Assert.That(customer.Right.Block, Is.EqualTo(new PaymentBlock(PaymentBlockCause.Refund, Day(2))));
    }

    [Test]
    public void An_item_put_in_again_does_not_escape_a_refund()
    {
        var customer = Subscribed().Hears(
            Paid(Day(0), 2000), Link("pi_a"), Stripe.Refund(Day(1), 2000, payment: "pi_a"),
            Stripe.State(Active, Day(2)) with { Items = [Stripe.Item(Day(2), Products.Plus, id: "si_2")] });
        Assert.That(customer.Rights.Select(right => right.Block?.Cause), Is.All.EqualTo(PaymentBlockCause.Refund));
        customer.Hears(Stripe.Invoice(InvoiceResult.Paid, Day(30), Day(30), "si_2"));
        Assert.That(customer.MayProceed(Day(31)), Is.True, "the next payment lifts it");
    }

    private static Customer Subscribed() => new Customer().Hears(Stripe.State(Active, Day(0)));

    private static InvoiceEvent Paid(DateTimeOffset at, long amount, string? item = "si_1") =>
        Stripe.Invoice(InvoiceResult.Paid, at, at, item) with { InvoiceId = "in_1", AmountPaid = amount };

    private static InvoicePaymentEvent Link(string payment, string invoice = "in_1") => new()
    {
        Id = $"evt_link_{payment}", Type = "invoice_payment.paid", CreatedAt = Day(0), Livemode = false, PaymentId = payment, InvoiceId = invoice,
    };
}
