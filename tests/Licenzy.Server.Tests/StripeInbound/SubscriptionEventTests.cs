using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>A subscription's life, told by its own events.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SubscriptionEventTests(Engine engine) : WebhookFixture(engine)
{
    [Test]
    [Spec(Route, "incomplete gives no right; active does, to the item's period end")]
    public async Task Incomplete_is_no_and_active_is_yes()
    {
        var (subject, state) = await NewAsync();
        await TellAsync(state with { Status = "incomplete" });
        Assert.That(await AllowedAsync(subject), Is.False);

        await TellAsync(state);

        var right = await RightAsync(subject);
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
        Assert.That((string)right["expires_at"]!, Is.EqualTo(Wire.Time(state.PeriodEnd)));
        Assert.That((string)right["current_period_end"]!, Is.EqualTo(Wire.Time(state.PeriodEnd)));
    }

    [Test]
    public async Task Incomplete_that_comes_late_takes_nothing_back()
    {
        var (subject, state) = await NewAsync();
        var created = StripeEvents.SubscriptionCreated(state with { Status = "incomplete" }, Now());
        await TellAsync(state);

        await DeliverAsync(created);

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [TestCase("2024-06-20")]
    [TestCase("2025-03-31.basil")]
    [TestCase("2026-07-29.dahlia")]
    [TestCase(null)]
    [Spec(Route, "both shapes of a subscription's period are read, whatever the API version")]
    public async Task Every_API_version_says_the_same(string? version)
    {
        var (subject, state) = await NewAsync();

        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now(version)));

        var right = await RightAsync(subject);
        Assert.That((string)right["current_period_end"]!, Is.EqualTo(Wire.Time(state.PeriodEnd)));
        Assert.That((string)right["starts_at"]!, Is.EqualTo(Wire.Time(state.PeriodStart)));
    }

    [Test]
    [Spec(Route, "a missing period means unknown, never 1970")]
    public async Task A_missing_period_keeps_what_is_known()
    {
        var (subject, state) = await NewAsync();
        var unknown = StripeEvents.SubscriptionUpdated(state, options: Now());
        foreach (var item in unknown["data"]!["object"]!["items"]!["data"]!.AsArray())
        {
            item!.AsObject().Remove("current_period_end");
            item.AsObject().Remove("current_period_start");
        }

        await DeliverAsync(unknown);
        Assert.That((string?)(await RightAsync(subject))["current_period_end"], Is.Null);
        Assert.That(await AllowedAsync(subject), Is.True);

        Clock.Advance(TimeSpan.FromSeconds(1));
        await TellAsync(state);
        unknown["id"] = "evt_later_" + subject;
        unknown["created"] = Clock.GetUtcNow().AddSeconds(1).ToUnixTimeSeconds();
        await DeliverAsync(unknown);
        Assert.That((string)(await RightAsync(subject))["current_period_end"]!, Is.EqualTo(Wire.Time(state.PeriodEnd)));
    }

    [Test]
    [Spec(Route, "a renewal leaves no second without access: renewal_pending until the news comes, for 48 hours at most")]
    public async Task A_renewal_leaves_no_gap()
    {
        var (subject, state) = await NewAsync();
        await TellAsync(state);
        var end = state.PeriodEnd;
        foreach (var (seconds, reason) in new[] { (-1, "subscription_active"), (0, "renewal_pending"), (3600, "renewal_pending"), (172_799, "renewal_pending") })
        {
            Clock.Set(end.AddSeconds(seconds));
            Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", reason)), $"{seconds} s");
        }

        Clock.Set(end.AddHours(48));
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "active", "renewal_overdue")));
        await TellAsync(state with { PeriodStart = end, PeriodEnd = end.AddMonths(1) });
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [TestCase("canceled", "canceled", "subscription_canceled")]
    [TestCase("unpaid", "past_due", "payment_failed")]
    [TestCase("incomplete_expired", "expired", "payment_failed")]
    public async Task Past_due_that_gets_worse_is_no_at_once(string status, string state, string reason)
    {
        var (subject, subscription) = await NewAsync();
        await TellAsync(subscription);
        Clock.Advance(TimeSpan.FromDays(1));
        await TellAsync(subscription with { Status = "past_due" });
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("past_due_in_grace"));
        Clock.Advance(TimeSpan.FromDays(1));

        await TellAsync(subscription with { Status = status });

        Assert.That(await StateAsync(subject), Is.EqualTo((false, state, reason)));
    }

    [Test]
    public async Task A_period_to_the_end_of_the_calendar_can_be_read()
    {
        var (subject, state) = await NewAsync();
        await TellAsync(state with { PeriodEnd = DateTimeOffset.FromUnixTimeSeconds(253_402_300_799) });

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [Test]
    public async Task A_status_of_tomorrow_keeps_what_is_known()
    {
        var (subject, state) = await NewAsync();
        await TellAsync(state);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await TellAsync(state with { Status = "hibernating" });

        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    private async Task<(string Subject, StripeSubscription State)> NewAsync()
    {
        var subject = NewSubject();
        return (subject, await SubscriptionOfAsync(subject));
    }

    private Task TellAsync(StripeSubscription state) => DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
}
