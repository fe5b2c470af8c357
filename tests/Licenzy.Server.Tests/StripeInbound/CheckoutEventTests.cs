using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>What payments give: once per session, to whom the session was made for.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CheckoutEventTests(Engine engine) : WebhookFixture(engine)
{
    [Test]
    [Spec(Route, "a paid pass is open for its days, and not a second longer")]
    public async Task A_pass_lasts_its_days()
    {
        var subject = NewSubject();
        var paidAt = Clock.GetUtcNow();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "time_pass_active")));
        Clock.Set(paidAt.AddDays(30).AddSeconds(-1));
        Assert.That(await AllowedAsync(subject), Is.True);
        Clock.Set(paidAt.AddDays(30).AddSeconds(1));
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "expired", "time_pass_expired")));
    }

    [TestCase("PASS30", 2, 60, null)]
    [TestCase("PACK1000", 3, null, 3000)]
    [Spec(Route, "days and units count times the quantity")]
    public async Task Quantity_multiplies(string product, int quantity, int? days, int? units)
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, product, quantity)).Url);

        var right = await RightAsync(subject);
        Assert.That((long?)right["usage_remaining"], Is.EqualTo(units));
        Assert.That((string?)right["expires_at"], Is.EqualTo(days is { } lasts ? Wire.Time(Clock.GetUtcNow().AddDays(lasts)) : null));
    }

    [Test]
    [Spec(Route, "a second pass begins where the first ends")]
    public async Task A_second_pass_leaves_no_gap()
    {
        var subject = NewSubject();
        var bought = Clock.GetUtcNow();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);
        Clock.Advance(TimeSpan.FromDays(10));
        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);

        var passes = (await SummaryAsync(subject))["entitlements"]!.AsArray();
        Assert.That(passes.Select(pass => (string)pass!["expires_at"]!), Is.EqualTo(new[] { Wire.Time(bought.AddDays(30)), Wire.Time(bought.AddDays(60)) }));
        Assert.That((string)passes[1]!["availability_reason"]!, Is.EqualTo("not_started"));
        foreach (var day in new[] { 29, 30, 45, 59 })
        {
            Clock.Set(bought.AddDays(day));
            Assert.That(await AllowedAsync(subject), Is.True, $"day {day}");
        }

        Clock.Set(bought.AddDays(60));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [Test]
    [Spec(Route, "an unpaid completion gives nothing until async_payment_succeeded, and then once")]
    public async Task A_delayed_payment_opens_when_it_arrives()
    {
        var subject = NewSubject();
        var url = (await CheckoutAsync(subject, "PACK1000")).Url;
        await Stripe.PayLaterAsync(url);
        Assert.That(await AllowedAsync(subject), Is.False, "completed, unpaid");

        await Stripe.SettleAsync(url);
        await Stripe.RedeliverAsync(Stripe.Events[^1].Id);

        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000));
    }

    [Test]
    [Spec(Route, "a failed or expired session gives nothing and ends the attempt")]
    public async Task A_session_that_fails_gives_nothing([Values] bool expires)
    {
        var subject = NewSubject();
        var started = await CheckoutAsync(subject, "PACK1000");
        if (expires)
        {
            var session = Stripe.Sessions.Single(made => made.Url == started.Url) with { Status = "expired", Url = null };
            await DeliverAsync(StripeEvents.CheckoutSessionExpired(session, Now()));
        }
        else
        {
            await Stripe.PayLaterAsync(started.Url);
            await Stripe.FailPaymentAsync(started.Url);
        }

        Assert.That(await AllowedAsync(subject), Is.False);
        Assert.That(await AttemptStatusAsync(started.AttemptId), Is.EqualTo(expires ? "expired" : "failed"));
    }

    [Test]
    [Spec(Route, "the same event twenty times at once has one effect, all 2xx")]
    public async Task An_event_sent_twenty_times_at_once_counts_once()
    {
        var subject = NewSubject();
        var url = (await CheckoutAsync(subject, "PACK1000")).Url;
        Stripe.HoldEvents = true;
        await Stripe.PayAsync(url);
        Stripe.HoldEvents = false;
        var made = Stripe.HeldEvents.Single();
        await Stripe.ReleaseAsync(_ => []);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Stripe.RedeliverAsync(made.Id)));

        Assert.That(answers, Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from usage_ledger where subject_ref = @subject", new { subject }), Is.EqualTo(1));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from stripe_events where id = @Id", new { made.Id }), Is.EqualTo(1));
    }

    [Test]
    [Spec(Route, "one session under two event ids gives its units once")]
    public async Task A_session_completed_under_two_event_ids_counts_once()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PACK1000")).Url);
        var again = JsonNode.Parse(Stripe.Events[^1].Payload)!.AsObject();
        again["id"] = "evt_again_" + subject;

        await DeliverAsync(again);

        Assert.That((long)(await RightAsync(subject))["usage_remaining"]!, Is.EqualTo(1000));
    }

    private Task<string?> AttemptStatusAsync(string id) => Rows.ValueAsync<string>(Server, "select status from checkout_attempts where id = @id", new { id });
}
