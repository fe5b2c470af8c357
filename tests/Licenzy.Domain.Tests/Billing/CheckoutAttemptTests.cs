using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Billing;

public sealed class CheckoutAttemptTests
{
    private static readonly CheckoutAttempt Attempt = Customer.Buying(Products.Pass30).Attempt!;
    private static readonly CheckoutEvent Paid = Stripe.Checkout(CheckoutResult.Paid, Noon);

    [TestCase("att_1", null, false, true)]
    [TestCase("att_1", null, true, true)]
    [TestCase("att_2", null, false, false)]
    [TestCase(null, "att_1", false, true)]
    [TestCase(null, "att_1", true, false)]
    [TestCase(null, null, false, false)]
    public void A_session_is_known_by_our_metadata_or_by_a_reference_that_no_payer_could_choose(
        string? metadata, string? reference, bool fromPaymentLink, bool expected) => Assert.That(
        (Paid with { AttemptId = metadata, ClientReferenceId = reference, FromPaymentLink = fromPaymentLink }).IsAbout(Attempt), Is.EqualTo(expected));

    [TestCase("cs_1", true)]
    [TestCase("cs_2", false)]
    public void Once_the_session_is_known_it_alone_decides(string session, bool expected) => Assert.That(
        (Paid with { SessionId = session, ClientReferenceId = "att_1" }).IsAbout(Attempt with { SessionId = "cs_1" }), Is.EqualTo(expected));

    [Test]
    public void A_foreign_session_finalizes_nothing()
    {
        var customer = Customer.Buying(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.PaymentPending, Day(0)));
        customer.Hears(Stripe.Checkout(CheckoutResult.Paid, Day(1), session: "cs_2"));
        Assert.That((customer.Rights.Count, customer.Attempt!.Status), Is.EqualTo((0, AttemptStatus.Created)));
    }

    [Test]
    public void A_payment_finalizes_the_attempt_and_names_its_right()
    {
        var customer = Customer.Buying(Products.Pass30).Hears(Paid);
        Assert.Multiple(() =>
        {
            Assert.That(customer.Attempt, Is.EqualTo(Attempt with { SessionId = "cs_1", Status = AttemptStatus.Completed, EntitlementId = customer.Right.Id }));
            Assert.That(customer.Right.AttemptId, Is.EqualTo("att_1"));
            Assert.That(customer.Right.StripeCheckoutSessionId, Is.EqualTo("cs_1"));
            Assert.That(customer.Right.StripePaymentIntentId, Is.EqualTo("pi_cs_1"));
            Assert.That(customer.Right.Source, Is.EqualTo(EntitlementSource.Stripe));
        });
    }

    [Test]
    public void A_session_is_finalized_once_however_often_it_is_reported()
    {
        var customer = Customer.Buying(Products.Pack1000).Hears(Paid, Paid with { Id = "evt_other" }, Paid with { CreatedAt = Day(1) });
        Assert.That(customer.Right.UnitsRemaining, Is.EqualTo(1000));
    }

    [Test]
    public void Money_that_is_still_to_come_gives_nothing_until_it_has_come()
    {
        var customer = Customer.Buying(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.PaymentPending, Day(0)));
        Assert.That((customer.Rights.Count, customer.Attempt!.Status), Is.EqualTo((0, AttemptStatus.Created)));

        customer.Hears(Stripe.Checkout(CheckoutResult.Paid, Day(3)));
        Assert.That((customer.Right.StartsAt, customer.Attempt!.Status), Is.EqualTo((Day(3), AttemptStatus.Completed)));
    }

    [TestCase(CheckoutResult.Expired, AttemptStatus.Expired)]
    [TestCase(CheckoutResult.PaymentFailed, AttemptStatus.Failed)]
    public void What_came_to_nothing_ends_the_attempt_without_a_right(CheckoutResult result, AttemptStatus status)
    {
        var customer = Customer.Buying(Products.Pass30).Hears(Stripe.Checkout(result, Noon));
        Assert.That((customer.Rights.Count, customer.Attempt!.Status), Is.EqualTo((0, status)));
    }

    [TestCase(CheckoutResult.Expired)]
    [TestCase(CheckoutResult.PaymentFailed)]
    [TestCase(CheckoutResult.PaymentPending)]
    public void Paid_outranks_everything_whichever_comes_first(CheckoutResult other)
    {
        var after = Customer.Buying(Products.Pass30).Hears(Stripe.Checkout(other, Day(0)), Stripe.Checkout(CheckoutResult.Paid, Day(1)));
        var before = Customer.Buying(Products.Pass30).Hears(Stripe.Checkout(CheckoutResult.Paid, Day(1)), Stripe.Checkout(other, Day(0)));
        Assert.Multiple(() =>
        {
            Assert.That(after.Right, Is.EqualTo(before.Right));
            Assert.That(after.Attempt, Is.EqualTo(before.Attempt));
            Assert.That(after.Attempt!.Status, Is.EqualTo(AttemptStatus.Completed));
        });
    }

    [Test]
    public void A_subscription_that_Stripe_has_not_named_yet_is_waited_for()
    {
        var customer = Customer.Buying(Products.Pro).Hears(Paid);
        Assert.That((customer.Rights.Count, customer.Attempt!.Status), Is.EqualTo((0, AttemptStatus.Created)));
    }
}
