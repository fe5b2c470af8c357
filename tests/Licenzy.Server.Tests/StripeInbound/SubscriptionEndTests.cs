using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Ends that are known ahead: of trials, of cancellations, and the final one.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SubscriptionEndTests(Engine engine) : WebhookFixture(engine)
{
    [Test]
    [Spec(Route, "a trial lets in; paused at its end does not; resumed does again")]
    public async Task A_trial_pauses_and_resumes()
    {
        var (subject, state) = await NewAsync();
        var end = state.Created.AddDays(14);
        var trial = state with { Status = "trialing", TrialStart = state.Created, TrialEnd = end, PeriodEnd = end };
        await TellAsync(trial);
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "trialing", "subscription_trialing")));

        Clock.Set(end);
        await DeliverAsync(StripeEvents.SubscriptionPaused(trial with { Status = "paused" }, trial, Now()));
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "paused", "subscription_paused")));

        Clock.Advance(TimeSpan.FromDays(3));
        var resumed = state with { PeriodStart = Clock.GetUtcNow(), PeriodEnd = Clock.GetUtcNow().AddMonths(1) };
        await DeliverAsync(StripeEvents.SubscriptionResumed(resumed, trial with { Status = "paused" }, Now()));
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "active", "subscription_active")));
    }

    [Test]
    [Spec(Route, "a trial that nobody ends is over an hour after its end")]
    public async Task A_trial_has_an_hour_of_leeway()
    {
        var (subject, state) = await NewAsync();
        var end = state.Created.AddDays(14);
        await TellAsync(state with { Status = "trialing", TrialStart = state.Created, TrialEnd = end, PeriodEnd = end });

        Clock.Set(end.AddMinutes(59));
        Assert.That((await StateAsync(subject)).Reason, Is.EqualTo("renewal_pending"));
        Clock.Set(end.AddHours(1));
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "trialing", "trial_ended")));
    }

    [Test]
    [Spec(Route, "cancel_at_period_end lets in to the period's end, without leeway")]
    [Spec(Route, "cancel_at with the flag false is a cancellation like the flag's")]
    public async Task A_scheduled_end_is_exact([Values("flag", "cancel_at")] string how)
    {
        var (subject, state) = await NewAsync();
        var end = how == "flag" ? state.PeriodEnd : state.PeriodEnd.AddDays(-3);
        await TellAsync(how == "flag" ? state with { CancelAtPeriodEnd = true, CancelAt = end } : state with { CancelAt = end });

        var right = await RightAsync(subject);
        Assert.That(await StateAsync(subject), Is.EqualTo((true, "canceled", "subscription_canceling")));
        Assert.That((bool)right["cancel_at_period_end"]!, Is.True);
        Assert.That((string)right["expires_at"]!, Is.EqualTo(Wire.Time(end)));
        Assert.That((string)right["grace_period_ends_at"]!, Is.EqualTo(Wire.Time(end)));
        Clock.Set(end.AddSeconds(-1));
        Assert.That(await AllowedAsync(subject), Is.True);
        Clock.Set(end);
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "subscription_canceled")));
    }

    [Test]
    [Spec(Route, "deleted ends the right now, and nothing that comes later brings it back")]
    public async Task Deleted_is_final()
    {
        var (subject, state) = await NewAsync();
        await TellAsync(state);
        Clock.Advance(TimeSpan.FromDays(5));
        await DeliverAsync(StripeEvents.SubscriptionDeleted(state with { Status = "canceled", CanceledAt = Clock.GetUtcNow(), EndedAt = Clock.GetUtcNow() }, Now()));
        Assert.That(await StateAsync(subject), Is.EqualTo((false, "canceled", "subscription_canceled")));

        Clock.Advance(TimeSpan.FromDays(1));
        await TellAsync(state);
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    private async Task<(string Subject, StripeSubscription State)> NewAsync()
    {
        var subject = NewSubject();
        return (subject, await SubscriptionOfAsync(subject));
    }

    private Task TellAsync(StripeSubscription state) => DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));
}
