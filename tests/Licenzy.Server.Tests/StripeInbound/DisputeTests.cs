using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Disputes and inquiries, for one-time purchases and for subscriptions; refunds of a subscription's months.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DisputeTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "a dispute suspends a pass; won, it is back")]
    public async Task A_dispute_that_is_won_gives_the_right_back()
    {
        var (subject, session) = await BoughtAsync("PASS30");
        var dispute = await Stripe.DisputeAsync(session);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "suspended", "disputed")));
        await Stripe.RespondToDisputeAsync(dispute.Id);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "suspended", "disputed")));

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.WinDisputeAsync(dispute.Id);
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "time_pass_active")));
    }

    [Test]
    [Spec(Route, "a dispute that is lost takes the right for good")]
    public async Task A_dispute_that_is_lost_takes_the_right()
    {
        var (subject, session) = await BoughtAsync("PACK1000");
        var dispute = await Stripe.DisputeAsync(session);
        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.LoseDisputeAsync(dispute.Id);

        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "disputed")));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.Zero);
    }

    [Test]
    [Spec(Route, "an inquiry changes nothing; one that escalates suspends")]
    public async Task An_inquiry_changes_nothing_until_it_escalates()
    {
        var (subject, session) = await BoughtAsync("PASS30");
        var inquiry = await Stripe.InquireAsync(session);
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "time_pass_active")));

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.EscalateInquiryAsync(inquiry.Id);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "suspended", "disputed")));
    }

    [Test]
    [Spec(Route, "a full refund of the invoice that paid the current period blocks the subscription; failing, it lifts")]
    public async Task This_months_refund_blocks()
    {
        var (subject, invoice, subscription) = await SubscribedAsync();
        Clock.Advance(TimeSpan.FromDays(2));

        var refund = await Stripe.RefundAsync(invoice);
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "refunded")));
        Assert.That((await RightAsync(subject))["grace_period_ends_at"], Is.Null);

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.ChangeQuantityAsync(subscription, 2);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.False, "no event of the subscription lifts it");

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.FailRefundAsync(refund.Id);
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [Test]
    [Spec(Route, "a refund of another month's invoice changes nothing; the next paid month lifts this month's")]
    public async Task Other_months_are_a_matter_of_their_own()
    {
        var (subject, first, subscription) = await SubscribedAsync();
        await RenewedAsync(subscription);
        await Stripe.RefundAsync(first);
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));

        var second = Stripe.Invoices.Last(invoice => invoice.Subscription.Id == subscription).Id;
        await Stripe.RefundAsync(second);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("refunded"));

        await RenewedAsync(subscription);
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [Test]
    [Spec(Route, "a dispute of the current period's invoice blocks; won, it lifts")]
    public async Task This_months_dispute_blocks_until_it_is_won()
    {
        var (subject, invoice, _) = await SubscribedAsync();
        var dispute = await Stripe.DisputeAsync(invoice);
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "disputed")));

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.WinDisputeAsync(dispute.Id);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);
    }

    [Test]
    [Spec(Route, "while Stripe cannot be asked the last known state stays; asked later, the refund counts")]
    public async Task A_silent_Stripe_delays_the_effect_only()
    {
        var (subject, invoice, _) = await SubscribedAsync();
        Stripe.HoldEvents = true;
        await Stripe.RefundAsync(invoice);
        // Not a status that the gateway tries again by itself: no time need pass. Each event of the refund asks.
        Stripe.FailNext(10, System.Net.HttpStatusCode.Forbidden, path: "/v1/payment_intents");
        await ReleaseAsync();
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);

        Stripe.StopFailing();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "refunded")));
    }

    private async Task<(string Subject, string Invoice, string Subscription)> SubscribedAsync()
    {
        Stripe.HoldEvents = false;
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        Clock.Set(Stripe.Now > Clock.GetUtcNow() ? Stripe.Now : Clock.GetUtcNow());
        return (subject, Stripe.Invoices.Last(invoice => invoice.Subscription.Id == session.Subscription).Id, session.Subscription!);
    }

    private async Task RenewedAsync(string subscription)
    {
        Stripe.HoldEvents = true;
        Clock.Set(Stripe.Subscriptions.Single(known => known.Id == subscription).PeriodEnd);
        await Stripe.RenewAsync(subscription);
        if (Stripe.Now > Clock.GetUtcNow())
            Clock.Set(Stripe.Now);
        await ReleaseAsync();
    }
}
