using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Consumptions taken back.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ReverseTests(Engine engine) : UsageFixture(engine)
{
    [Test]
    [Spec(ReverseRoute, "gives all units of a consumption back to the rights they came from")]
    public async Task A_consumption_is_taken_back()
    {
        var subject = NewSubject();
        var forever = await GivenAsync(subject, 10);
        var soon = await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(5));
        var consumption = await ConsumedAsync(subject, 8);

        var answer = await ReverseAsync(consumption);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, $$"""{"ok":true,"reversed":8,"usage_remaining":15,"consumption_id":"{{consumption}}"}""")));
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [forever] = 10, [soon] = 5 }));
    }

    [Test]
    [Spec(ReverseRoute, "units gives back so many of them, what lasts longest first")]
    public async Task A_part_of_it_is_taken_back()
    {
        var subject = NewSubject();
        var forever = await GivenAsync(subject, 10);
        var soon = await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(5));

        Assert.That((long)(await ReverseAsync(await ConsumedAsync(subject, 8), 4)).Json["reversed"]!, Is.EqualTo(4));

        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [forever] = 10, [soon] = 1 }));
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(ReverseRoute, "once: afterwards 409 already_reversed, whatever is left of it")]
    public async Task Units_come_back_once([Values(null, 3L)] long? units)
    {
        var subject = await WithUnitsAsync(100);
        var consumption = await ConsumedAsync(subject, 10);
        await ReverseAsync(consumption, units);
        var left = await LeftAsync(subject);

        foreach (var again in new long?[] { null, 3, 10, 11 })
            Assert.That(await ReverseAsync(consumption, again) is { Status: 409, Error: "already_reversed" });
        Assert.That(await LeftAsync(subject), Is.EqualTo(left));
    }

    [Test]
    [Spec(ReverseRoute, "more than was consumed is 400 on units, and nothing moves")]
    public async Task More_than_was_consumed_is_refused()
    {
        var subject = await WithUnitsAsync(100);
        var consumption = await ConsumedAsync(subject, 10);

        var answer = await ReverseAsync(consumption, 11);

        Assert.That((answer.Status, answer.Error, answer.Fields), Is.EqualTo((400, "invalid_request", (IReadOnlyList<string>)["units"])));
        Assert.That((string)answer.Json["detail"]!, Is.EqualTo("units: must be at most 10, which is what was consumed."));
        Assert.That(await LeftAsync(subject), Is.EqualTo(90));
        Assert.That((await ReverseAsync(consumption, 10)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec(ReverseRoute, "404 not_found for a consumption that is not there, or is of the other mode; a hold is none")]
    public async Task An_unknown_consumption_is_not_found()
    {
        var subject = await WithUnitsAsync(100);
        var (consumption, hold) = (await ConsumedAsync(subject, 10), await HeldAsync(subject, 10));

        foreach (var unknown in new[] { "use_01J00000000000000000000000", hold, "anything" })
            Assert.That(await ReverseAsync(unknown) is { Status: 404, Error: "not_found" }, unknown);
        Assert.That(await Live.PostAsync("/v1/usage/reverse", new JsonObject { ["consumption_id"] = consumption }) is { Status: 404, Error: "not_found" });
    }

    [TestCase("""{"consumption_id":""}""", "consumption_id")]
    [TestCase("""{"consumption_id":"use_1","units":0}""", "units")]
    [TestCase("""{"consumption_id":"use_1","units":1000000001}""", "units")]
    [TestCase("""{"units":1}""", "consumption_id")]
    [TestCase("""{"consumption_id":"use_1","subject_ref":"user_1"}""", "subject_ref")]
    public async Task Bad_input_names_its_member(string body, string member)
    {
        var answer = await Runtime.SendAsync(HttpMethod.Post, "/v1/usage/reverse", body);
        Assert.That((answer.Status, answer.Error, answer.Fields), Is.EqualTo((400, "invalid_request", (IReadOnlyList<string>)[member])));
    }

    [Test]
    [Spec(ReverseRoute, "a commit is reversed like a consumption, whatever else is held meanwhile")]
    public async Task A_commit_is_taken_back_across_another_hold()
    {
        var subject = await WithUnitsAsync(100);
        var (first, second) = (await HeldAsync(subject, 30), await HeldAsync(subject, 50));
        var consumption = (string)(await CommitAsync(first, 25)).Json["consumption_id"]!;
        Assert.That(await LeftAsync(subject), Is.EqualTo(25));

        Assert.That((long)(await ReverseAsync(consumption, 20)).Json["usage_remaining"]!, Is.EqualTo(45));

        Assert.That((await CommitAsync(second)).Status, Is.EqualTo(200));
        Assert.That(await LeftAsync(subject), Is.EqualTo(45));
        Assert.That((await LedgerAsync(subject)).Last(line => line.StartsWith("reverse", StringComparison.Ordinal)), Is.EqualTo("reverse 20 20 0 45"));
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(ReverseRoute, "units of a right that is over go back to it and are usable to nobody")]
    public async Task Units_of_an_expired_pack_stay_expired()
    {
        var subject = NewSubject();
        var pack = await GivenAsync(subject, 10, Clock.GetUtcNow().AddDays(1));
        var consumption = await ConsumedAsync(subject, 4);
        Clock.Advance(TimeSpan.FromDays(1));

        var answer = await ReverseAsync(consumption);

        Assert.That(((long)answer.Json["reversed"]!, (long)answer.Json["usage_remaining"]!), Is.EqualTo((4L, 0L)));
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [pack] = 10 }));
        Assert.That((await ConsumeAsync(subject, 1)).Error, Is.EqualTo("insufficient_usage"));
        Assert.That(await LedgerAsync(subject), Does.Contain("expire 6 0 0 6"), "its end is in the books");
    }

    [Test]
    [Spec(ReverseRoute, "takes an Idempotency-Key: a repeat hears the first answer")]
    public async Task A_repeat_hears_the_first_answer()
    {
        var consumption = await ConsumedAsync(await WithUnitsAsync(100), 10);
        var (first, again) = (await ReverseAsync(consumption, 5, "reverse-once"), await ReverseAsync(consumption, 5, "reverse-once"));
        Assert.That((first.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
    }

    [Test]
    public async Task Reversals_at_once_give_back_once()
    {
        var subject = await WithUnitsAsync(100);
        var consumption = await ConsumedAsync(subject, 10);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Wire.PatientlyAsync(() => ReverseAsync(consumption))));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Error), Is.All.EqualTo("already_reversed"));
        Assert.That(await LeftAsync(subject), Is.EqualTo(100));
    }
}
