using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Units set aside, committed and released.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HoldTests(Engine engine) : UsageFixture(engine)
{
    private const string Nobody = "hld_01J00000000000000000000000";

    [Test]
    [Spec(HoldRoute, "the answer names the hold, its units, what is left and when it expires: in 300 seconds by default")]
    public async Task The_answers_have_the_contracts_members()
    {
        var subject = await WithUnitsAsync(1000);

        var held = await HoldAsync(subject, 100);
        var id = (string)held.Json["hold_id"]!;
        Assert.That(id, Does.Match("^hld_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That((held.Status, held.Text), Is.EqualTo((200, $$"""{"hold_id":"{{id}}","units":100,"usage_remaining":900,"expires_at":"{{Wire.Time(Clock.GetUtcNow().AddSeconds(300))}}"}""")));

        var committed = await CommitAsync(id, 60);
        var consumption = (string)committed.Json["consumption_id"]!;
        Assert.That(consumption, Does.Match("^use_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That((committed.Status, committed.Text), Is.EqualTo((200, $$"""{"ok":true,"consumed":60,"usage_remaining":940,"consumption_id":"{{consumption}}"}""")));

        var released = await ReleaseAsync(id = await HeldAsync(subject, 40));
        Assert.That((released.Status, released.Text), Is.EqualTo((200, $$"""{"ok":true,"released":40,"usage_remaining":940,"hold_id":"{{id}}"}""")));
        Assert.That(await LedgerAsync(subject), Is.EqualTo(new[]
        {
            "grant 1000 1000 0 1000", "hold 100 -100 100 900", "commit 60 0 -60 900", "release 40 40 -40 940", "hold 40 -40 40 900", "release 40 40 -40 940",
        }));
    }

    [Test]
    [Spec(HoldRoute, "held units are available to nobody else: all or none, soonest-expiring first")]
    public async Task Held_units_are_not_available_to_others()
    {
        var subject = NewSubject();
        var forever = await GivenAsync(subject, 10);
        var soon = await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(5));

        var hold = await HeldAsync(subject, 12);
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [forever] = 3, [soon] = 0 }));
        Assert.That((await ConsumeAsync(subject, 4)).Error, Is.EqualTo("insufficient_usage"));
        Assert.That(await HoldAsync(subject, 4) is { Status: 409, Error: "insufficient_usage" });
        Assert.That((await ConsumeAsync(subject, 3)).Status, Is.EqualTo(200));
        Assert.That(await AllowedAsync(subject), Is.False, "what is held opens nothing");

        Assert.That((long)(await CommitAsync(hold, 6)).Json["usage_remaining"]!, Is.EqualTo(6));
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [forever] = 6, [soon] = 0 }), "the soonest to expire is consumed first");
    }

    [Test]
    [Spec(CommitRoute, "without units all of it is committed, with or without a body")]
    public async Task A_commit_without_units_takes_all()
    {
        var subject = await WithUnitsAsync(100);
        Assert.That((long)(await CommitAsync(await HeldAsync(subject, 30))).Json["consumed"]!, Is.EqualTo(30));
        var bare = await Runtime.SendAsync(HttpMethod.Post, $"/v1/usage/hold/{await HeldAsync(subject, 20)}/commit", (string?)null);
        Assert.That((long)bare.Json["usage_remaining"]!, Is.EqualTo(50));
    }

    [Test]
    [Spec(CommitRoute, "409 hold_exceeded for more than is held: nothing moves, and the hold stays open")]
    public async Task More_than_is_held_is_refused()
    {
        var subject = await WithUnitsAsync(100);
        var hold = await HeldAsync(subject, 30);

        var answer = await CommitAsync(hold, 31);

        Assert.That((answer.Status, answer.MediaType, answer.Error), Is.EqualTo((409, "application/problem+json", "hold_exceeded")));
        Assert.That((string)answer.Json["detail"]!, Is.EqualTo("Units to be committed: 31; held: 30. Nothing was taken, and the hold is as it was."));
        Assert.That(await LeftAsync(subject), Is.EqualTo(70));
        Assert.That((await CommitAsync(hold, 30)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec(CommitRoute, "409 hold_closed once it was committed or released")]
    [Spec(ReleaseRoute, "409 hold_closed once it was committed or released")]
    public async Task A_hold_is_closed_once([Values] bool isCommitted)
    {
        var subject = await WithUnitsAsync(100);
        var hold = await HeldAsync(subject, 30);
        Assert.That((isCommitted ? await CommitAsync(hold, 10) : await ReleaseAsync(hold)).Status, Is.EqualTo(200));
        var left = await LeftAsync(subject);

        foreach (var answer in new[] { await CommitAsync(hold), await CommitAsync(hold, 10), await ReleaseAsync(hold) })
            Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "hold_closed")));
        Assert.That(await LeftAsync(subject), Is.EqualTo(left));
    }

    [Test]
    [Spec(CommitRoute, "404 not_found for a hold that is not there, or is of the other mode")]
    [Spec(ReleaseRoute, "404 not_found for a hold that is not there, or is of the other mode")]
    public async Task An_unknown_hold_is_not_found()
    {
        var hold = await HeldAsync(await WithUnitsAsync(100), 30);
        Answer[] answers =
        [
            await CommitAsync(Nobody), await ReleaseAsync(Nobody), await CommitAsync("hld_"), await ReleaseAsync("x%2Fy"),
            await Live.PostAsync($"/v1/usage/hold/{hold}/commit", new JsonObject()), await Live.PostAsync($"/v1/usage/hold/{hold}/release", new JsonObject()),
        ];
        Assert.That(answers.Select(answer => (answer.Status, answer.Error)), Is.All.EqualTo((404, "not_found")));
    }

    [TestCase("units", 0L)]
    [TestCase("units", -1L)]
    [TestCase("units", 1_000_000_001L)]
    [TestCase("expires_in_seconds", 0L)]
    [TestCase("expires_in_seconds", 86_401L)]
    [TestCase("expires_in_seconds", long.MaxValue)]
    [Spec(HoldRoute, "units is 1 to 1,000,000,000 and expires_in_seconds 1 to 86,400")]
    public async Task What_is_out_of_range_is_refused(string member, long value)
    {
        var answer = await Runtime.PostAsync("/v1/usage/hold", new JsonObject { ["subject_ref"] = "user_range", ["units"] = 1, [member] = value });
        Assert.That((answer.Status, answer.Error, answer.Fields), Is.EqualTo((400, "invalid_request", (IReadOnlyList<string>)[member])));
    }

    [TestCase(0L)]
    [TestCase(1_000_000_001L)]
    [Spec(CommitRoute, "units is 1 to 1,000,000,000")]
    public async Task Units_of_a_commit_are_in_range(long units)
    {
        var answer = await CommitAsync(Nobody, units);
        Assert.That((answer.Status, answer.Error, answer.Fields), Is.EqualTo((400, "invalid_request", (IReadOnlyList<string>)["units"])));
    }

    [Test]
    [Spec(HoldRoute, "takes an Idempotency-Key: a repeat holds nothing further")]
    [Spec(CommitRoute, "takes an Idempotency-Key: a repeat hears the first answer")]
    [Spec(ReleaseRoute, "takes an Idempotency-Key: a repeat hears the first answer")]
    public async Task A_repeat_hears_the_first_answer()
    {
        var subject = await WithUnitsAsync(100);
        var (first, again) = (await HoldAsync(subject, 30, key: "hold-once"), await HoldAsync(subject, 30, key: "hold-once"));
        Assert.That((again.Text, again.Header("Idempotency-Replayed"), await LeftAsync(subject)), Is.EqualTo((first.Text, "true", 70L)));
        Assert.That((await HoldAsync(subject, 31, key: "hold-once")).Error, Is.EqualTo("idempotency_conflict"));

        var hold = (string)first.Json["hold_id"]!;
        (first, again) = (await CommitAsync(hold, 10, "commit-once"), await CommitAsync(hold, 10, "commit-once"));
        Assert.That((again.Text, again.Header("Idempotency-Replayed"), await LeftAsync(subject)), Is.EqualTo((first.Text, "true", 90L)));

        hold = await HeldAsync(subject, 20);
        (first, again) = (await ReleaseAsync(hold, "release-once"), await ReleaseAsync(hold, "release-once"));
        Assert.That((again.Text, again.Header("Idempotency-Replayed"), await LeftAsync(subject)), Is.EqualTo((first.Text, "true", 90L)));
    }

    [Test]
    [Spec(CommitRoute, "a right that was taken back meanwhile makes no difference: the units were set aside")]
    [Spec(ReleaseRoute, "units go back to the right they came from, though it is over: then they are usable to nobody")]
    public async Task A_right_that_is_taken_back_meanwhile_keeps_its_promise()
    {
        var subject = NewSubject();
        var right = await GivenAsync(subject, 100);
        var (first, second) = (await HeldAsync(subject, 30), await HeldAsync(subject, 20));
        Assert.That((await Portal.PostAsync($"/portal/customers/{subject}/grants/{right}/revoke", new JsonObject { ["reason"] = "a test" })).Status, Is.EqualTo(200));

        var committed = await CommitAsync(first, 10);
        Assert.That((committed.Status, (long)committed.Json["usage_remaining"]!), Is.EqualTo((200, 0L)));
        Assert.That((long)(await ReleaseAsync(second)).Json["usage_remaining"]!, Is.Zero);
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [right] = 90 }), "on record, and usable to nobody");
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(CommitRoute, "included units of a period that is over are consumed as they were held; what is left of them does not come into the new one")]
    public async Task A_period_that_turns_keeps_its_units()
    {
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, "PROPLUS")).Url);
        var hold = await HeldAsync(subject, 60, 86_400);
        Assert.That(await LeftAsync(subject), Is.EqualTo(40));

        await Stripe.RenewAsync(session.Subscription!);
        Assert.That(await LeftAsync(subject), Is.EqualTo(100), "a new period has all of its own");
        Assert.That((long)(await CommitAsync(hold, 20)).Json["usage_remaining"]!, Is.EqualTo(100));
        Assert.That(await DifferencesAsync(), Is.Empty);
    }
}
