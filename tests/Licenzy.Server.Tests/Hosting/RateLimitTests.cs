using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>What one key may ask for: three requests at once and two a second here (CONTRACT §0, SECURITY T39).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RateLimitTests(Engine engine)
{
    private const string Summary = "/v1/customer/access/user_1";

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));
    private EngineDatabase _database = null!;
    private LicenzyTestServer _server = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _database = await EngineDatabase.CreateAsync(engine);
        _server = await LicenzyTestServer.StartAsync(new LicenzyTestServerOptions
        {
            Database = _database.ConnectionString,
            TimeProvider = _clock,
            Configure = server => (server.RateLimiting.PermitsPerSecond, server.RateLimiting.Burst) = (2, 3),
        });
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        await _server.DisposeAsync();
        await _database.DisposeAsync();
    }

    [SetUp]
    public void FillTheBuckets() => _clock.Advance(TimeSpan.FromMinutes(1));

    [Test]
    [Spec("POST /v1/usage/consume", "429 rate_limited with Retry-After once the key's permits are used up, until time brings new ones")]
    public async Task A_key_that_asks_too_often_waits()
    {
        using var app = new Wire(_server.CreateClient(_server.TestKey));
        for (var i = 0; i < 3; i++)
            Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(409), "the burst");

        var limited = await ConsumeAsync(app);
        Assert.That((limited.Status, limited.Error, limited.MediaType, limited.Header("Retry-After")), Is.EqualTo((429, "rate_limited", "application/problem+json", "1")), limited.Text);
        Assert.That((string?)limited.Json["request_id"], Is.EqualTo(limited.Header("X-Request-ID")));

        _clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(429), "a millisecond early");
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(409), "a permit came");
        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(429), "and is gone");
        _clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
            Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(409), "never more than the burst");
        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(429));
    }

    [Test]
    [Spec("POST /v1/access/check", "stands outside the key's rate limit")]
    [Spec("GET /v1/customer/access/{subject_ref}", "stands outside the key's rate limit")]
    [Spec("GET /v1/customer/access", "stands outside the key's rate limit")]
    public async Task Access_reads_health_and_Stripe_are_answered_whatever_else_the_key_does()
    {
        using var app = new Wire(_server.CreateClient(_server.TestKey));
        await UseUpAsync(() => ConsumeAsync(app));

        for (var i = 0; i < 5; i++)
        {
            Assert.That((await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" })).Status, Is.EqualTo(200));
            Assert.That((await app.GetAsync(Summary)).Status, Is.EqualTo(200));
            Assert.That((await app.GetAsync("/v1/customer/access?subject_ref=user_1")).Status, Is.EqualTo(200));
            Assert.That((await app.GetAsync("/readyz")).Status, Is.EqualTo(200));
            Assert.That((await app.PostAsync("/v1/webhooks/stripe/tenant", new JsonObject())).Status, Is.EqualTo(400), "no signature, but no limit either");
        }

        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(429), "and they gave nothing back");
    }

    [Test]
    [Spec("GET /portal/me", "429 rate_limited for an admin key or a session that asks too often")]
    public async Task Keys_and_sessions_are_counted_apart()
    {
        using var portal = new Wire(_server.CreateClient(_server.AdminKey));
        using var live = new Wire(_server.CreateClient(_server.LiveKey));
        using var app = new Wire(_server.CreateClient(_server.TestKey));
        var person = new JsonObject { ["email"] = "limited@example.com", ["password"] = "long enough password" };
        Assert.That((await portal.PostAsync("/portal/operators", person)).Status, Is.EqualTo(201));
        using var browser = new Browser(_server.BaseAddress, await portal.PostAsync("/portal/session", person));

        await UseUpAsync(() => portal.GetAsync("/portal/me"));
        await UseUpAsync(() => browser.SendAsync(HttpMethod.Get, "/portal/me"));
        await UseUpAsync(() => ConsumeAsync(live));
        Assert.That((await ConsumeAsync(app)).Status, Is.EqualTo(409), "the test key has its own");
    }

    [Test]
    public async Task It_is_asked_before_the_body_is_read_and_a_refused_call_of_a_good_key_counts_too()
    {
        using var app = new Wire(_server.CreateClient(_server.TestKey));
        for (var i = 0; i < 3; i++)
            Assert.That((await app.GetAsync("/portal/me")).Status, Is.EqualTo(403), "the wrong kind of key");

        // The body is announced and never sent: whoever read it would wait for it.
        using var connection = await RawConnection.OpenAsync(_server);
        await connection.SendHeadAsync(
            "POST /v1/usage/consume HTTP/1.1", "Host: x", $"Authorization: Bearer {_server.TestKey}", "Content-Type: application/json", "Content-Length: 40");
        Assert.That(await connection.HearAsync(), Does.StartWith("HTTP/1.1 429"));
    }

    [Test]
    public async Task A_bad_key_leaves_no_trace_and_good_ones_have_a_bound()
    {
        var limits = _server.Services.GetRequiredService<RateLimits>();
        var before = limits.Buckets;
        for (var i = 0; i < 20; i++)
        {
            using var stranger = new Wire(_server.CreateClient(KeyFormat.Generate(KeyKind.TestRuntime)));
            Assert.That((await stranger.GetAsync("/v1/nothing")).Status, Is.EqualTo(404));
            Assert.That((await ConsumeAsync(stranger)).Status, Is.EqualTo(401));
        }

        Assert.That(limits.Buckets, Is.EqualTo(before));

        // All at one instant, so that none has filled up again.
        Parallel.For(0, 3 * RateLimits.MostBuckets, i => limits.Take($"key_{i}"));
        Assert.That(limits.Buckets, Is.LessThanOrEqualTo(RateLimits.MostBuckets));
        Assert.That(limits.Take($"key_{3 * RateLimits.MostBuckets}"), Is.Null);
    }

    private static Task<Answer> ConsumeAsync(Wire app) =>
        app.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = "user_1", ["units"] = 1 }, Wire.NewKey());

    private static async Task UseUpAsync(Func<Task<Answer>> call)
    {
        for (var i = 0; i < 4; i++)
        {
            if ((await call()).Status == 429)
                return;
        }

        Assert.Fail("was never limited");
    }
}
