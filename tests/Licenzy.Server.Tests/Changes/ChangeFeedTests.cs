using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Who follows changes hears of every one of its own mode, once and in order, and of nobody else's.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ChangeFeedTests(Engine engine) : ServerFixture(engine)
{
    // More than the other tests leave behind: a client that hangs up drains its connection for a moment.
    private const int Most = 25;

    private const string Route = "GET /v1/changes";

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = server => (server.Changes.HeartbeatSeconds, server.Changes.Listeners) = (1, Most);
        return options;
    }

    [Test]
    [Spec(Route, "a change is told with the subject, its version and when it changes next")]
    public async Task A_change_is_told()
    {
        using var listener = await ChangeListener.OpenAsync(Runtime.Http);
        Assert.That((listener.Status, listener.Response.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, "text/event-stream")));
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");

        var heard = await listener.ChangeAsync();

        var summary = await SummaryAsync(subject);
        Assert.That(heard.Type, Is.Null);
        Assert.That(heard.Id, Is.Not.Empty);
        Assert.That(heard.Data!.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "subject_ref", "version", "next_change_at" }));
        Assert.That(((string)heard.Data["subject_ref"]!, (long)heard.Data["version"]!), Is.EqualTo((subject, (long)summary["version"]!)));
        Assert.That((string)heard.Data["next_change_at"]!, Is.EqualTo((string)summary["next_change_at"]!));
    }

    [Test]
    [Spec(Route, "Last-Event-ID resumes in the order of the commits, and nothing is skipped or told twice")]
    public async Task Who_comes_back_hears_what_it_missed()
    {
        string last;
        var subject = NewSubject();
        using (var listener = await ChangeListener.OpenAsync(Runtime.Http))
        {
            await GrantAsync(subject, "PACK1000");
            last = (await listener.ChangeAsync()).Id!;
        }

        for (var i = 0; i < 5; i++)
            await ConsumeAsync(subject, 1);
        using var again = await ChangeListener.OpenAsync(Runtime.Http, last);
        await ConsumeAsync(subject, 1);

        var versions = new List<long>();
        for (var i = 0; i < 6; i++)
            versions.Add((long)(await again.ChangeAsync()).Data!["version"]!);
        Assert.That(versions, Is.EqualTo(new long[] { 2, 3, 4, 5, 6, 7 }));
    }

    [Test]
    [Spec(Route, "a Last-Event-ID that is none of this feed starts from now, a comment says so, and a reset follows")]
    public async Task A_position_of_nobody_starts_from_now()
    {
        string theirs;
        using (var live = await ChangeListener.OpenAsync(Live.Http))
        {
            var shop = await Portal.PostAsync("/portal/products?mode=live", new JsonObject
            {
                ["mode"] = "live", ["product_code"] = $"P{NewSubject()}", ["name"] = "Live", ["kind"] = "usage_pack", ["stripe_price_id"] = $"price_{NewSubject()}", ["units"] = 5,
            });
            await Portal.PostAsync($"/portal/customers/{NewSubject()}/grants?mode=live", new JsonObject { ["product_code"] = (string)shop.Json["product_code"]!, ["reason"] = "a test" });
            theirs = (await live.ChangeAsync()).Id!;
        }

        foreach (var id in new[] { "12", "not a position", new string('x', 5000), theirs })
        {
            using var listener = await ChangeListener.OpenAsync(Runtime.Http, id);
            Assert.That((await listener.NextAsync())!.Comment, Does.Contain("starting from now"), id);
            Assert.That((await listener.NextAsync())!.Type, Is.EqualTo("reset"), "a program does not see comments");
            var subject = NewSubject();
            await GrantAsync(subject, "PACK1000");
            Assert.That((string)(await listener.ChangeAsync()).Data!["subject_ref"]!, Is.EqualTo(subject));
        }
    }

    [Test]
    [Spec(Route, "a position that is too old, or of a later database, is answered with reset")]
    public async Task Too_old_a_position_is_reset()
    {
        string last;
        using (var listener = await ChangeListener.OpenAsync(Runtime.Http))
        {
            await GrantAsync(NewSubject(), "PACK1000");
            last = (await listener.ChangeAsync()).Id!;
            await GrantAsync(NewSubject(), "PACK1000");
            // Read before it is deleted: a change that nobody can read any more ends every stream.
            await listener.ChangeAsync();
        }

        await Rows.ExecuteAsync(Server, "delete from change_feed");
        using var again = await ChangeListener.OpenAsync(Runtime.Http, last);
        var reset = await again.NextAsync();
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");

        Assert.That((reset!.Type, reset.Data!.ToJsonString()), Is.EqualTo(("reset", "{}")));
        Assert.That((string)(await again.ChangeAsync()).Data!["subject_ref"]!, Is.EqualTo(subject));
        using var resumed = await ChangeListener.OpenAsync(Runtime.Http, reset.Id);
        Assert.That((string)(await resumed.ChangeAsync()).Data!["subject_ref"]!, Is.EqualTo(subject), "a reset has a position of its own");
    }

    [Test]
    [Spec(Route, "nobody hears of another workspace's or mode's changes")]
    public async Task Others_are_not_heard()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        using var app = await other.AppAsync();
        using var live = await ChangeListener.OpenAsync(Live.Http);
        using var theirs = await ChangeListener.OpenAsync(app.Http);
        using var ours = await ChangeListener.OpenAsync(Runtime.Http);
        await GrantAsync(NewSubject(), "PACK1000");
        await ours.ChangeAsync();

        foreach (var listener in new[] { live, theirs })
        {
            // The first comment, then the heartbeat that follows the change: nothing came between.
            Assert.That(((await listener.NextAsync())!.Data, (await listener.NextAsync())!.Data), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
        }
    }

    [Test]
    [Spec(Route, "a revoked key's stream ends with the next heartbeat")]
    public async Task A_revoked_keys_stream_ends()
    {
        var key = (await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "to be revoked" })).Json;
        using var http = Server.CreateClient((string)key["key"]!);
        using var listener = await ChangeListener.OpenAsync(http);
        Assert.That((await listener.NextAsync())!.Comment, Is.Not.Null);
        Assert.That((await listener.NextAsync())!.Comment, Is.Empty, "a heartbeat");

        await Portal.PostAsync($"/portal/api-keys/{(string)key["id"]!}/revoke", new JsonObject());

        while (await listener.NextAsync() is { } heard)
            Assert.That(heard.Data, Is.Null);
    }

    [Test]
    [Spec(Route, "more listeners than a workspace may have are told to come back")]
    public async Task One_listener_too_many_is_refused()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        using var app = await other.AppAsync();
        var listeners = new List<ChangeListener>();
        for (var i = 0; i < Most; i++)
            listeners.Add(await ChangeListener.OpenAsync(app.Http));

        var refused = await app.GetAsync("/v1/changes");

        Assert.That((refused.Status, refused.Error, refused.Header("Retry-After")), Is.EqualTo((503, "unavailable", "1")));
        listeners.ForEach(listener => listener.Dispose());
        Assert.That(await Wire.PatientlyAsync(async () =>
        {
            using var again = await ChangeListener.OpenAsync(app.Http);
            return new Answer((int)again.Status, "", again.Response.Headers, null);
        }), Has.Property("Status").EqualTo(200), "they made room");
    }
}
