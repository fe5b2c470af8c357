using Licenzy.Access;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Packages.Tests.Client;

[CancelAfter(60_000)]
public sealed class Following
{
    private static readonly SubjectChange Reset = new() { IsReset = true };

    private static SubjectChange Changed(int position, string subject = "user_123") => new() { SubjectRef = subject, Version = position, Position = $"p{position}" };

    private static async Task<List<SubjectChange>> TakeAsync(LicenzyClient client, int count, string? lastEventId = null) =>
        await client.FollowChangesAsync(lastEventId, TestContext.CurrentContext.CancellationToken).Take(count).ToListAsync();

    private static IEnumerable<string> Asked(Stub stub) => stub.Heard.Select(heard => heard.Headers["Last-Event-ID"].ToString());

    [Test]
    public async Task Changes_come_in_order_and_what_was_remembered_before_is_not_certain()
    {
        await using var stub = await Stub.StartAsync(Feed.Open(Feed.Change(7), Feed.Change(8, "ü/1", "\"2031-01-01T00:00:00Z\"")));
        using var client = Clients.Of(stub);

        var changes = await TakeAsync(client, 3);

        var dated = Changed(8, "ü/1") with { NextChangeAt = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        Assert.That(changes, Is.EqualTo(new[] { Reset, Changed(7), dated }));
        var heard = stub.Heard.Single();
        Assert.That((heard.Method, heard.Target, heard.Headers.Authorization.ToString(), heard.Headers.Accept.ToString()),
            Is.EqualTo(("GET", "/v1/changes", $"Bearer {Clients.Key}", "text/event-stream")));
    }

    [Test]
    public async Task A_position_is_where_it_goes_on()
    {
        await using var stub = await Stub.StartAsync(Feed.Open(Feed.Change(8)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 1, "p7"), Is.EqualTo(new[] { Changed(8) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p7" }));
    }

    [Test]
    public async Task After_an_end_inside_an_event_it_goes_on_from_the_last_whole_one()
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(Feed.Change(1), Feed.Change(2), Feed.Change(3)[..^1]), Feed.Open(Feed.Change(3), Feed.Change(4)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 5), Is.EqualTo(new[] { Reset, Changed(1), Changed(2), Changed(3), Changed(4) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "", "p2" }));
    }

    [Test]
    public async Task After_a_cut_it_goes_on_where_it_was()
    {
        var arrived = new TaskCompletionSource();
        await using var stub = await Stub.StartAsync(Feed.Cut(arrived.Task, Feed.Change(1)), Feed.Open(Feed.Change(2)));
        using var client = Clients.Of(stub);

        var seen = new List<SubjectChange>();
        await foreach (var change in client.FollowChangesAsync("p0", TestContext.CurrentContext.CancellationToken))
        {
            seen.Add(change);
            arrived.TrySetResult();
            if (seen.Count == 2)
                break;
        }

        Assert.That(seen, Is.EqualTo(new[] { Changed(1), Changed(2) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p0", "p1" }));
    }

    [Test]
    public async Task A_cut_before_any_position_is_a_reset()
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(": hello\n\n"), Feed.Ended("id: p1\n\n"), Feed.Open(Feed.Change(2)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 3), Is.EqualTo(new[] { Reset, Reset, Changed(2) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "", "", "p1" }));
    }

    [TestCase("event: reset\ndata: {}\nid: p9\n\n")]
    [TestCase("id: p9\nevent: reset\ndata:\n\n")]
    [TestCase("id: p9\nevent: reset\n\n")]
    [TestCase("id:p9\nevent:reset\ndata\n\n")]
    public async Task A_reset_drops_everything_and_goes_on(string reset)
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(Feed.Change(1), reset), Feed.Open(Feed.Change(10)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 3, "p0"), Is.EqualTo(new[] { Changed(1), Reset with { Position = "p9" }, Changed(10) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p0", "p9" }));
    }

    [Test]
    public async Task Heartbeats_say_nothing()
    {
        await using var stub = await Stub.StartAsync(Feed.Open([.. Enumerable.Repeat(": heartbeat\n\n", 100), ":\n", Feed.Change(1)]));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 1, "p0"), Is.EqualTo(new[] { Changed(1) }));
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }

    [TestCase("\n", "")]
    [TestCase("\r\n", "")]
    [TestCase("\r", "")]
    [TestCase("\n", "\uFEFF")]
    public async Task Bytes_that_come_one_by_one_are_read_like_any(string lineEnd, string first)
    {
        var text = first + ": hello\n\n" + Feed.Change(1, "ü") + "retry: 5\nadded: later\n" + Feed.Change(2);
        await using var stub = await Stub.StartAsync(Feed.Dripped(text.Replace("\n", lineEnd, StringComparison.Ordinal) + ":\n"));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 2, "p0"), Is.EqualTo(new[] { Changed(1, "ü"), Changed(2) }));
    }

    [TestCase("id: p1\ndata: not json\n\n")]
    [TestCase("id: p1\ndata: null\n\n")]
    [TestCase("id: p1\ndata: {}\n\n")]
    [TestCase("id: p1\ndata: {\"subject_ref\":null,\"version\":1}\n\n")]
    [TestCase("id: p1\ndata: {\"subject_ref\":\"\",\"version\":1}\n\n")]
    [TestCase("id: p1\nevent: message\ndata: {\"subject_ref\":\"a\",\"version\":\"1\"}\n\n")]
    [TestCase("id: p1\ndata: {\"subject_ref\":\"a\",\ndata: \"version\":99999999999999999999}\n\n")]
    public async Task A_change_that_cannot_be_read_could_be_of_anybody(string garbage)
    {
        await using var stub = await Stub.StartAsync(Feed.Open(garbage, Feed.Change(2)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 2, "p0"), Is.EqualTo(new[] { Reset with { Position = "p1" }, Changed(2) }));
    }

    [TestCase("event: seats\nid: p1\ndata: {\"seats\":5}\n\n")]
    [TestCase("event: seats\nid: p1\n\n")]
    [TestCase("id: p1\n\n")]
    [TestCase("\n\n\nid: p1\ndata:\n\n")]
    public async Task An_event_that_came_later_says_nothing_but_where_it_is(string later)
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(later), Feed.Open(Feed.Change(2)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 1, "p0"), Is.EqualTo(new[] { Changed(2) }));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p0", "p1" }));
    }

    [TestCase("data: ", 70_000, "a line without an end")]
    [TestCase("data: a\n", 20_000, "an event without an end")]
    public async Task What_never_ends_is_left_and_everything_dropped(string part, int times, string what)
    {
        await using var stub = await Stub.StartAsync(Feed.Open(Feed.Change(1), string.Concat(Enumerable.Repeat(part, times))), Feed.Open(Feed.Change(9)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 3, "p0"), Is.EqualTo(new[] { Changed(1), Reset, Changed(9) }), what);
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p0", "" }));
    }

    [TestCase("id: zwölf")]
    [TestCase("id: a b")]
    [TestCase("id:")]
    public async Task A_position_that_no_header_can_carry_is_none(string id)
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(id + "\ndata: {\"subject_ref\":\"a\",\"version\":1,\"next_change_at\":null}\n\n"), Feed.Open(Feed.Change(2)));
        using var client = Clients.Of(stub);

        Assert.That(await TakeAsync(client, 3, "p0"), Is.EqualTo(new[] { Changed(1, "a") with { Position = null }, Reset, Changed(2) }));
    }

    [Test]
    public async Task A_server_that_is_away_is_asked_again_and_later_each_time()
    {
        Func<HttpContext, Task>[] away = [.. Enumerable.Repeat(Answers.Problem(503, "unavailable"), 7), Answers.Cut, Answers.Problem(429, "rate_limited"), Answers.Text("<h1>", "text/html", 502)];
        await using var stub = await Stub.StartAsync([.. away, Feed.Ended(Feed.Change(1)), Feed.Open(Feed.Change(2))]);
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        Assert.That(await TakeAsync(client, 2, "p0"), Is.EqualTo(new[] { Changed(1), Changed(2) }));

        double[] longest = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 1];
        Assert.That(clock.Waits, Has.Count.EqualTo(longest.Length));
        for (var i = 0; i < longest.Length; i++)
            Assert.That(clock.Waits[i].TotalSeconds, Is.InRange(longest[i] * 0.5, longest[i] * 1.5), $"wait {i}");
        Assert.That(Asked(stub).Distinct(), Is.EqualTo(new[] { "p0", "p1" }));
    }

    [Test]
    public async Task It_comes_back_no_sooner_than_the_server_asked()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable", ("Retry-After", "50")), Feed.Open(Feed.Change(1)));
        var clock = new SkippingClock();
        using var client = Clients.Of(stub, clock: clock);

        await TakeAsync(client, 1);

        Assert.That(clock.Waits.Single().TotalSeconds, Is.InRange(50.0, 55.0));
    }

    [TestCase(400, "invalid_request")]
    [TestCase(401, "invalid_api_key")]
    [TestCase(403, "workspace_suspended")]
    [TestCase(404, "not_found")]
    public async Task A_refusal_ends_it(int status, string code)
    {
        await using var stub = await Stub.StartAsync(Feed.Ended(Feed.Change(1)), Answers.Problem(status, code));
        using var client = Clients.Of(stub);

        var seen = new List<SubjectChange>();
        var refusal = Assert.ThrowsAsync<LicenzyApiException>(async () =>
        {
            await foreach (var change in client.FollowChangesAsync("p0"))
                seen.Add(change);
        })!;

        Assert.That(((int?)refusal.StatusCode, refusal.Code, refusal.RequestId), Is.EqualTo((status, code, "req_7")));
        Assert.That((seen.Count, stub.Heard.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_refusal_that_holds_the_key_is_told_without_it()
    {
        await using var stub = await Stub.StartAsync(Answers.Text(
            $$"""{"type":"x","title":"Forbidden","status":403,"detail":"{{Clients.Key}} may not.","error":"forbidden","request_id":"{{Clients.Key}}"}""", "application/json", 403));
        using var client = Clients.Of(stub);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(async () => await TakeAsync(client, 1))!;

        Assert.That(refusal.ToString(), Does.Contain("[key] may not.").And.Not.Contain(Clients.Key));
    }

    [TestCase(200, "text/html")]
    [TestCase(200, "application/json")]
    [TestCase(302, "text/event-stream")]
    public async Task What_is_not_Licenzy_ends_it(int status, string contentType)
    {
        await using var stub = await Stub.StartAsync(Answers.Text(Feed.Change(1), contentType, status, ("Location", "/elsewhere")));
        using var client = Clients.Of(stub);

        var refusal = Assert.ThrowsAsync<LicenzyApiException>(async () => await TakeAsync(client, 1))!;

        Assert.That(refusal.Message, Does.Contain("BaseAddress"));
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_silent_connection_is_left_and_made_again()
    {
        await using var stub = await Stub.StartAsync(Feed.Open(Feed.Change(1)), Answers.Silence, Feed.Open(Feed.Change(2)));
        var clock = new SilenceClock();
        using var client = Clients.Of(stub, clock: clock);
        await using var changes = client.FollowChangesAsync("p0", TestContext.CurrentContext.CancellationToken).GetAsyncEnumerator();
        Assert.That((await changes.MoveNextAsync(), changes.Current), Is.EqualTo((true, Changed(1))));
        Assert.That(clock.Watched, Is.Empty, "an application that takes its time does not make the server dead");

        var next = changes.MoveNextAsync().AsTask();
        Assert.That(clock.Watched, Is.EqualTo(new[] { TimeSpan.FromSeconds(45) }));
        clock.EndSilence();
        // The second connection never answers: it is left like the first.
        while (stub.Heard.Count < 2)
            await Task.Yield();
        Assert.That(clock.Watched, Is.EqualTo(new[] { TimeSpan.FromSeconds(45) }));
        clock.EndSilence();

        Assert.That((await next, changes.Current), Is.EqualTo((true, Changed(2))));
        Assert.That(Asked(stub), Is.EqualTo(new[] { "p0", "p1", "p1" }));
    }

    [Test]
    public async Task Who_gives_up_hears_that_and_the_connection_closes()
    {
        using var caller = new CancellationTokenSource();
        var closed = new TaskCompletionSource();
        await using var stub = await Stub.StartAsync(async context =>
        {
            await Feed.Open(Feed.Change(1))(context);
            closed.SetResult();
        });
        using var client = Clients.Of(stub);
        await using var changes = client.FollowChangesAsync("p0").GetAsyncEnumerator(caller.Token);
        await changes.MoveNextAsync();

        var next = changes.MoveNextAsync().AsTask();
        await caller.CancelAsync();

        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
        await closed.Task;
    }

    [Test]
    public async Task Who_gives_up_between_two_connections_hears_that_too()
    {
        using var caller = new CancellationTokenSource();
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable", ("Retry-After", "3600")));
        using var client = Clients.Of(stub);

        var next = client.FollowChangesAsync("p0", caller.Token).FirstAsync().AsTask();
        while (stub.Heard.Count < 1)
            await Task.Yield();
        await caller.CancelAsync();

        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Who_has_heard_enough_leaves_no_connection_behind()
    {
        var closed = new TaskCompletionSource();
        await using var stub = await Stub.StartAsync(async context =>
        {
            await Feed.Open(Feed.Change(1))(context);
            closed.SetResult();
        });
        using var client = Clients.Of(stub);

        await TakeAsync(client, 1, "p0");

        await closed.Task;
    }

    // The chain of handlers that is registered reads whole bodies, and this one has no end.
    [Test]
    public async Task A_registered_client_follows_too()
    {
        await using var stub = await Stub.StartAsync(Feed.Open(Feed.Change(1)));
        var services = new ServiceCollection();
        services.AddLicenzyClient(options => (options.BaseAddress, options.ApiKey, options.TotalTimeout, options.AttemptTimeout) =
            (stub.Address, Clients.Key, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20)));
        await using var provider = services.BuildServiceProvider();

        var changes = await provider.GetRequiredService<ILicenzyClient>().FollowChangesAsync().Take(2).ToListAsync();

        Assert.That(changes, Is.EqualTo(new[] { Reset, Changed(1) }));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a\nAuthorization: x")]
    [TestCase("é")]
    public async Task A_position_that_is_none_is_refused_before_anything_is_sent(string position)
    {
        await using var stub = await Stub.StartAsync(Feed.Open());
        using var client = Clients.Of(stub);

        Assert.That(() => client.FollowChangesAsync(position), Throws.ArgumentException.With.Message.Contains("Pass null to begin now"));
        Assert.That(() => client.FollowChangesAsync(new string('a', 256)), Throws.ArgumentException);
        Assert.That(stub.Heard, Is.Empty);
    }
}
