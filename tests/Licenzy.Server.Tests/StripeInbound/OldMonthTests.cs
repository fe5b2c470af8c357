using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Money of a month that is over, while what was paid since was never heard of.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class OldMonthTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "a dispute of an earlier month takes nothing from who has paid since, though that payment's events were lost")]
    public async Task A_lost_dispute_of_an_earlier_month_takes_nothing()
    {
        var (subject, dispute, subscription) = await DisputedMonthAsync();
        Stripe.HoldEvents = true;
        Clock.Set(subscription.PeriodEnd);
        await Stripe.RenewAsync(subscription.Id);
        await LoseAsync();
        await DeliverAsync(StripeEvents.SubscriptionUpdated(Stripe.Subscriptions.Single(one => one.Id == subscription.Id), options: Now()));

        Clock.Advance(TimeSpan.FromDays(1));
        await Stripe.LoseDisputeAsync(dispute.Id);
        await SettledAsync();

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [Test]
    [Spec(Route, "a disputed month blocks past its end until the next one is paid")]
    public async Task A_lost_dispute_blocks_until_the_next_payment()
    {
        var (subject, dispute, subscription) = await DisputedMonthAsync();
        Stripe.HoldEvents = true;
        Clock.Set(subscription.PeriodEnd);
        await Stripe.TurnPeriodAsync(subscription.Id);
        await Stripe.LoseDisputeAsync(dispute.Id);
        await ReleaseAsync();
        await SettledAsync();
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "past_due", "disputed")));

        Clock.Advance(TimeSpan.FromHours(1));
        await Stripe.FinalizeInvoiceAsync(subscription.Id);
        await SettledAsync();
        Assert.That((await StateAsync(subject)).Allowed, Is.True);
    }

    // Disputed in its first days, and nobody was told; which payment paid it is known.
    private async Task<(string Subject, StripeDispute Dispute, StripeSubscription Subscription)> DisputedMonthAsync()
    {
        var (subject, session) = await BoughtAsync("PRO");
        var paid = Stripe.Sessions.Single(one => one.Id == session);
        await DeliverAsync(StripeEvents.InvoicePaid(Stripe.Invoices.Single(one => one.Id == paid.Invoice), Now("2024-06-20")));
        Stripe.HoldEvents = true;
        Clock.Advance(TimeSpan.FromDays(3));
        var dispute = await Stripe.DisputeAsync(paid.Invoice!);
        await LoseAsync();
        return (subject, dispute, Stripe.Subscriptions.Single(one => one.Id == paid.Subscription));
    }

    private async Task LoseAsync()
    {
        Stripe.HoldEvents = false;
        await Stripe.ReleaseAsync(_ => []);
        if (Stripe.Now > Clock.GetUtcNow())
            Clock.Set(Stripe.Now);
    }
}
