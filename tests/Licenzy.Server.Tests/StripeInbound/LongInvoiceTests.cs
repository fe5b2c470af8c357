using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Invoices with more lines than an event tells.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class LongInvoiceTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "a line that the event leaves out proves its item's period as well: Stripe is asked for all of them")]
    public async Task A_line_beyond_the_events_proves_its_period()
    {
        var (subject, session) = await BoughtAsync("PRO");
        var id = Stripe.Sessions.Single(one => one.Id == session).Subscription!;
        for (var n = 0; n < 10; n++)
        {
            Stripe.AddPrice($"price_extra_{n}", 100, recurring: true);
            await Stripe.AddItemAsync(id, $"price_extra_{n}");
        }

        await Stripe.AddItemAsync(id, "price_proplus");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SettledAsync();
        Stripe.HoldEvents = true;
        Clock.Set(Stripe.Subscriptions.Single(one => one.Id == id).PeriodEnd);
        var end = (await Stripe.RenewAsync(id)).PeriodEnd;
        Clock.Set(Stripe.Now);

        await ReleaseAsync(held => held.Where(made => made.Type == "invoice.paid"));
        await SettledAsync();

        var rights = (await SummaryAsync(subject))["entitlements"]!.AsArray();
        Assert.That(
            rights.Select(right => ((string)right!["product_code"]!, (string)right["current_period_end"]!)),
            Is.EquivalentTo(new[] { ("PRO", Wire.Time(end)), ("PROPLUS", Wire.Time(end)) }));
    }
}
