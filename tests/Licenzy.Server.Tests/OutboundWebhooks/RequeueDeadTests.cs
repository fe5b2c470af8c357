using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Dead deliveries by the lot, such as after a receiver's bad week.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RequeueDeadTests(Engine engine) : OutboundFixture(engine)
{
    private const string Route = "/v1/webhooks/outbound/requeue-dead";
    private const string ByOperators = "/portal/webhooks/outbound/requeue-dead";

    [Test]
    [Spec("POST " + Route, "the oldest dead ones go again, up to limit, ten a second; requeued and remaining are told")]
    [Spec("POST " + ByOperators, "the oldest dead ones go again, up to limit, ten a second; requeued and remaining are told")]
    public async Task The_oldest_go_again_one_after_the_other([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var dead = new List<string>();
        for (var i = 0; i < 5; i++)
            dead.Add(await tenant.HaveAsync("dead"));
        string[] others = [await tenant.HaveAsync("sent"), await tenant.HaveAsync("failed")];
        var now = Clock.GetUtcNow().ToUnixTimeMilliseconds();

        var first = await tenant.CallAsync("POST", "/outbound/requeue-dead", new JsonObject { ["limit"] = 3 }, door: door);

        Assert.That((first.Status, first.Text), Is.EqualTo((200, """{"requeued":3,"remaining":2}""")));
        Assert.That(await DueAsync(tenant, dead), Is.EqualTo(new long?[] { now, now + 100, now + 200, null, null }));
        var second = await tenant.CallAsync("POST", "/outbound/requeue-dead", [], door: door);
        Assert.That((second.Status, second.Text), Is.EqualTo((200, """{"requeued":2,"remaining":0}""")));
        Assert.That(await DueAsync(tenant, dead), Is.EqualTo(new long?[] { now, now + 100, now + 200, now + 300, now + 400 }), "after those before, not among them");
        Assert.That((await tenant.CallAsync("POST", "/outbound/requeue-dead", [], door: door)).Text, Is.EqualTo("""{"requeued":0,"remaining":0}"""));

        Assert.That(await Task.WhenAll(dead.Select(id => tenant.StoredAsync<string>(id, "status"))), Is.All.EqualTo("pending"));
        Assert.That(await Task.WhenAll(dead.Select(id => tenant.StoredAsync<long>(id, "tries"))), Is.All.Zero);
        Assert.That(await Task.WhenAll(dead.Select(id => tenant.StoredAsync<long>(id, "attempts"))), Is.All.EqualTo(1));
        Assert.That(await Task.WhenAll(others.Select(id => tenant.StoredAsync<string>(id, "status"))), Is.EqualTo(new[] { "sent", "failed" }));
    }

    [Test]
    [Spec("POST " + Route, "only those recorded since and until, and of the type; remaining counts the same")]
    public async Task Only_what_is_asked_for_goes_again()
    {
        var tenant = await TenantAsync();
        DeliveryShape At(DeliveryShape shape, int minutes) => shape with { At = Start.AddMinutes(minutes) };
        await tenant.HaveAsync("dead", with: shape => At(shape, 0));
        var wanted = await tenant.HaveAsync("dead", with: shape => At(shape, 1));
        await tenant.HaveAsync("dead", "usage.consumed", with: shape => At(shape, 1));
        await tenant.HaveAsync("dead", with: shape => At(shape, 2));

        var answer = await tenant.CallAsync("POST", "/outbound/requeue-dead", new JsonObject
        {
            ["since"] = Wire.Time(Start.AddMinutes(1)), ["until"] = Wire.Time(Start.AddMinutes(2)), ["type"] = "entitlement.updated",
        });

        Assert.That(answer.Text, Is.EqualTo("""{"requeued":1,"remaining":0}"""));
        Assert.That(await tenant.ListedAsync("status=pending"), Is.EqualTo(new[] { wanted }));
    }

    [Test]
    [Spec("POST " + Route, "old tests stay dead unless the type names them; what the endpoint no longer takes goes all the same")]
    public async Task Old_tests_stay_dead_unless_they_are_named()
    {
        var tenant = await TenantAsync();
        var test = await tenant.HaveAsync("dead", "endpoint.test");
        var untaken = await tenant.HaveAsync("dead", "usage.consumed");
        await tenant.SetAsync(new JsonObject { ["event_types"] = new JsonArray("entitlement.updated") });

        Assert.That((await tenant.CallAsync("POST", "/outbound/requeue-dead", [])).Text, Is.EqualTo("""{"requeued":1,"remaining":0}"""));
        Assert.That((await tenant.StoredAsync<string>(test, "status"), await tenant.StoredAsync<string>(untaken, "status")), Is.EqualTo(("dead", "pending")));
        Assert.That((await tenant.CallAsync("POST", "/outbound/requeue-dead", new JsonObject { ["type"] = "endpoint.test" })).Text, Is.EqualTo("""{"requeued":1,"remaining":0}"""));
    }

    [TestCase("""{"limit":0}""", "limit")]
    [TestCase("""{"limit":1001}""", "limit")]
    [TestCase("""{"limit":1.5}""", "limit")]
    [TestCase("""{"type":"entitlement"}""", "type")]
    [TestCase("""{"since":"yesterday"}""", "since")]
    [TestCase("""{"until":"2026-08-01T12:00:00"}""", "until")]
    [TestCase("""{"status":"sent"}""", "status")]
    [Spec("POST " + Route, "400 that names the member; limit is 1 to 1,000")]
    [Spec("POST " + ByOperators, "400 that names the member; limit is 1 to 1,000")]
    public async Task What_cannot_be_asked_is_refused(string body, string field)
    {
        var tenant = await TenantAsync();
        foreach (var door in new[] { "/v1", "/portal" })
        {
            var answer = await tenant.CallAsync("POST", "/outbound/requeue-dead", JsonNode.Parse(body)!.AsObject(), door: door);
            Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((400, field)), answer.Text);
        }
    }

    [Test]
    [Spec("POST " + Route, "409 not_requeueable without an endpoint; of calls at once each takes others")]
    public async Task Calls_at_once_take_each_delivery_once()
    {
        var tenant = await TenantAsync(withEndpoint: false);
        for (var i = 0; i < 20; i++)
            await tenant.HaveAsync("dead");
        var none = await tenant.CallAsync("POST", "/outbound/requeue-dead", []);
        Assert.That((none.Status, none.Error), Is.EqualTo((409, "not_requeueable")));

        await tenant.SetAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Wire.PatientlyAsync(() => tenant.CallAsync("POST", "/outbound/requeue-dead", new JsonObject { ["limit"] = 4 })))));
        Assert.That(answers.Sum(answer => (int)answer.Json["requeued"]!), Is.EqualTo(20));
        Assert.That(answers.Min(answer => (int)answer.Json["remaining"]!), Is.Zero);
        var due = await DueAsync(tenant, [.. await tenant.ListedAsync("status=pending&limit=100")]);
        Assert.That(due.Order(), Is.EqualTo(Enumerable.Range(0, 20).Select(i => (long?)Clock.GetUtcNow().ToUnixTimeMilliseconds() + (100 * i))));
    }

    [Test]
    [Spec("POST " + Route, "other workspaces' deliveries stay as they are; the answer to an Idempotency-Key is kept")]
    public async Task Only_ones_own_go_again()
    {
        var (theirs, ours) = (await TenantAsync(), await TenantAsync());
        var id = await theirs.HaveAsync("dead");
        await ours.HaveAsync("dead");
        var key = Wire.NewKey();
        Assert.That((await ours.CallAsync("POST", "/outbound/requeue-dead", [], key)).Text, Is.EqualTo("""{"requeued":1,"remaining":0}"""));
        Assert.That((await ours.CallAsync("POST", "/outbound/requeue-dead", [], key)).Text, Is.EqualTo("""{"requeued":1,"remaining":0}"""));
        Assert.That(await theirs.StoredAsync<string>(id, "status"), Is.EqualTo("dead"));
    }

    private static Task<long?[]> DueAsync(HookTenant tenant, List<string> ids) => Task.WhenAll(ids.Select(id => tenant.StoredAsync<long?>(id, "next_attempt_at")));
}
