using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Time;

/// <summary>The clock itself: where it stands, how it is moved, and who hears of it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class TestClockTests(Engine engine) : TestClockFixture(engine)
{
    [Test]
    [Spec("GET /portal/test-clock", "shows real time until it is moved, then what it was moved to")]
    public async Task It_shows_real_time_until_it_is_moved()
    {
        var before = (await Portal.GetAsync(Clocks)).Json;
        Assert.That((Time(before["now"]), (long)before["offset_seconds"]!, (bool)before["is_set"]!), Is.EqualTo((Clock.GetUtcNow(), 0L, false)));

        await AdvanceAsync(TimeSpan.FromDays(3));
        Clock.Advance(TimeSpan.FromSeconds(5));

        var after = (await Portal.GetAsync(Clocks)).Json;
        Assert.That((Time(after["now"]), (long)after["offset_seconds"]!, (bool)after["is_set"]!), Is.EqualTo((Clock.GetUtcNow().AddDays(3), 259_200L, true)), "and goes on");
        Assert.That(after.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "now", "offset_seconds", "is_set" }));
    }

    [Test]
    [Spec(Move, "now sets it, advance_seconds adds to it")]
    public async Task It_is_set_and_moved_on()
    {
        var wanted = Clock.GetUtcNow().AddDays(40);
        var set = await MoveAsync(new JsonObject { ["now"] = Wire.Time(wanted) });
        Assert.That((set.Status, Time(set.Json["now"]).ToUnixTimeSeconds()), Is.EqualTo((200, wanted.ToUnixTimeSeconds())), set.Text);
        Assert.That(await AdvanceAsync(TimeSpan.FromMinutes(1)), Is.EqualTo(Time(set.Json["now"]).AddMinutes(1)));
    }

    [Test]
    [Spec(Move, "400 names the member: exactly one of now and advance_seconds, forward only, at most ten years ahead")]
    public async Task What_cannot_be_is_refused()
    {
        await AdvanceAsync(TimeSpan.FromDays(10));
        var shown = (await Portal.GetAsync(Clocks)).Text;

        foreach (var (body, field) in new (JsonObject, string)[]
        {
            ([], "now"),
            (new() { ["now"] = Wire.Time(Clock.GetUtcNow().AddDays(20)), ["advance_seconds"] = 1 }, "now"),
            (new() { ["now"] = Wire.Time(Clock.GetUtcNow().AddDays(9)) }, "now"),
            (new() { ["now"] = "1970-01-01T00:00:00Z" }, "now"),
            (new() { ["now"] = "9999-12-31T23:59:59Z" }, "now"),
            (new() { ["now"] = "tomorrow" }, "now"),
            (new() { ["advance_seconds"] = 0 }, "advance_seconds"),
            (new() { ["advance_seconds"] = -60 }, "advance_seconds"),
            (new() { ["advance_seconds"] = 315_360_000 }, "advance_seconds"),
            (new() { ["advance_seconds"] = long.MaxValue }, "advance_seconds"),
            (new() { ["advance_seconds"] = 1.5 }, "advance_seconds"),
        })
        {
            var answer = await MoveAsync((JsonObject)body.DeepClone());
            Assert.That((answer.Status, answer.Error is "invalid_request" or "invalid_json"), Is.EqualTo((400, true)), $"{body.ToJsonString()}: {answer.Text}");
            Assert.That(answer.Fields.Contains(field) || ((string)answer.Json["detail"]!).Contains(field, StringComparison.Ordinal), $"{body.ToJsonString()}: {answer.Text}");
        }

        Assert.That((await Portal.GetAsync(Clocks)).Text, Is.EqualTo(shown));
    }

    [TestCase("PUT", "live")]
    [TestCase("GET", "live")]
    [TestCase("DELETE", "live")]
    [TestCase("PUT", "both")]
    [Spec(Move, "400 on mode for any but test: live mode has no clock to move")]
    [Spec("GET /portal/test-clock", "400 on mode for any but test")]
    [Spec("DELETE /portal/test-clock", "400 on mode for any but test")]
    public async Task Live_mode_has_no_clock(string method, string mode)
    {
        var refused = await Portal.SendAsync(new HttpMethod(method), $"{Clocks}?mode={mode}", method == "PUT" ? """{"advance_seconds":60}""" : null);
        Assert.That((refused.Status, refused.Error, refused.Fields), Is.EqualTo((400, "invalid_request", new[] { "mode" })), refused.Text);
        Assert.That((bool)(await Portal.GetAsync($"{Clocks}?mode=test")).Json["is_set"]!, Is.False);
    }

    [Test]
    [Spec(Move, "with an Idempotency-Key it moves once, however often it is sent")]
    public async Task A_repeat_moves_it_once()
    {
        var key = Wire.NewKey();
        var first = await MoveAsync(new JsonObject { ["advance_seconds"] = 60 }, key);
        var again = await MoveAsync(new JsonObject { ["advance_seconds"] = 60 }, key);
        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        Assert.That((long)(await Portal.GetAsync(Clocks)).Json["offset_seconds"]!, Is.EqualTo(60));
    }

    [Test]
    [Spec(Move, "of many moves at once none is lost")]
    public async Task Moves_at_once_all_count()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AdvanceAsync(TimeSpan.FromHours(1))));
        Assert.That((long)(await Portal.GetAsync(Clocks)).Json["offset_seconds"]!, Is.EqualTo(36_000));
    }

    [Test]
    [Spec("DELETE /portal/test-clock", "returns to real time; where it was not moved nothing happens")]
    public async Task It_returns_to_real_time()
    {
        var (audit, feed) = (await AuditAsync(), await FeedAsync());
        var nothing = await Portal.SendAsync(HttpMethod.Delete, Clocks, (string?)null);
        Assert.That(((bool)nothing.Json["is_set"]!, await AuditAsync(), await FeedAsync()), Is.EqualTo((false, audit, feed)));

        await AdvanceAsync(TimeSpan.FromDays(1));
        var reset = await Portal.SendAsync(HttpMethod.Delete, Clocks, (string?)null);

        Assert.That((reset.Status, Time(reset.Json["now"]), (bool)reset.Json["is_set"]!), Is.EqualTo((200, Clock.GetUtcNow(), false)));
        Assert.That((await AuditAsync(), await FeedAsync()), Is.EqualTo((audit + 2, feed + 2)), "each move is on record and tells listeners to drop everything");
    }

    [Test]
    [Spec(Move, "another workspace's clock stands")]
    public async Task Each_workspace_has_its_own()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        await AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That((bool)(await other.Portal.GetAsync(Clocks)).Json["is_set"]!, Is.False);
        using var app = await other.AppAsync();
        Assert.That(Time((await app.GetAsync("/v1/customer/access/nobody")).Json["decided_at"]), Is.EqualTo(Clock.GetUtcNow()));
    }

    private Task<long> AuditAsync() => Rows.ValueAsync<long>(Server, "select count(*) from audit_log where action like 'test_clock.%'");

    private Task<long> FeedAsync() => Rows.ValueAsync<long>(Server, "select count(*) from change_feed where subject_ref is null and mode = 'test'");
}
