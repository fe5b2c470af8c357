using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>The same delivery again, and another delivery of the same event: the one takes place of the failure, the other stands beside it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class RequeueTests(Engine engine) : OutboundFixture(engine)
{
    private const string Requeue = "/v1/webhooks/outbound/{id}/requeue";
    private const string RequeueByOperators = "/portal/webhooks/outbound/{id}/requeue";
    private const string Resend = "/v1/webhooks/outbound/{id}/resend";
    private const string ResendByOperators = "/portal/webhooks/outbound/{id}/resend";

    [Test]
    [Spec("POST " + Requeue, "a failed or dead delivery goes again from now, with a fresh budget; what was tried stays on record")]
    [Spec("POST " + RequeueByOperators, "a failed or dead delivery goes again from now, with a fresh budget; what was tried stays on record")]
    public async Task The_same_delivery_goes_again([Values("failed", "dead")] string status, [Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync(status);
        var before = await tenant.ShownAsync(id);

        var answer = await tenant.CallAsync("POST", $"/outbound/{id}/requeue", door: door);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(
            ((string)answer.Json["id"]!, (string)answer.Json["event_id"]!, (string)answer.Json["status"]!, (int)answer.Json["attempts"]!, (string)answer.Json["next_attempt_at"]!, answer.Json["resend_of"]),
            Is.EqualTo((id, (string)before["event_id"]!, "pending", 1, Wire.Time(Clock.GetUtcNow()), (JsonNode?)null)));
        Assert.That((await tenant.StoredAsync<long>(id, "tries"), await tenant.StoredAsync<long?>(id, "ended_at")), Is.EqualTo((0L, (long?)null)));
        Assert.That((await tenant.ShownAsync(id))["attempt_log"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(await tenant.ListedAsync(""), Is.EqualTo(new[] { id }), "no other one is made");
    }

    [TestCase("pending")]
    [TestCase("sent")]
    [Spec("POST " + Requeue, "409 not_requeueable for a pending or sent delivery, for one that is being tried, and where there is no endpoint")]
    [Spec("POST " + RequeueByOperators, "409 not_requeueable for a pending or sent delivery")]
    public async Task What_is_not_failed_is_not_requeued(string status)
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync(status);
        var before = await tenant.ShownAsync(id);
        foreach (var door in new[] { "/v1", "/portal" })
        {
            var answer = await tenant.CallAsync("POST", $"/outbound/{id}/requeue", door: door);
            Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "not_requeueable")), answer.Text);
        }

        Assert.That((await tenant.ShownAsync(id)).ToJsonString(), Is.EqualTo(before.ToJsonString()));
    }

    [Test]
    public async Task What_is_being_tried_is_left_alone_until_its_lease_is_over()
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync("failed", with: shape => shape with { LeasedUntil = Clock.GetUtcNow().AddSeconds(30) });
        var busy = await tenant.CallAsync("POST", $"/outbound/{id}/requeue");
        Assert.That((busy.Status, busy.Error), Is.EqualTo((409, "not_requeueable")), busy.Text);
        Assert.That(await tenant.StoredAsync<long>(id, "tries"), Is.EqualTo(1));

        var left = await tenant.HaveAsync("failed", with: shape => shape with { LeasedUntil = Clock.GetUtcNow() });
        Assert.That((await tenant.CallAsync("POST", $"/outbound/{left}/requeue")).Status, Is.EqualTo(200));
        Assert.That(await tenant.StoredAsync<long?>(left, "leased_until"), Is.Null, "who held it decides no more");
    }

    [Test]
    [Spec("POST " + Requeue, "of several at once one takes effect; with an Idempotency-Key each repeat hears its answer")]
    public async Task Two_clicks_are_one_requeue()
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync("dead");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Wire.PatientlyAsync(() => tenant.CallAsync("POST", $"/outbound/{id}/requeue", door: i % 2 == 0 ? "/v1" : "/portal")))));
        Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo(Enumerable.Repeat(409, 9).Append(200)));

        var (another, key) = (await tenant.HaveAsync("dead"), Wire.NewKey());
        var first = await tenant.CallAsync("POST", $"/outbound/{another}/requeue", key: key);
        var again = await tenant.CallAsync("POST", $"/outbound/{another}/requeue", key: key);
        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((200, first.Text, "true")));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where workspace_id = @Id and action = 'webhook_delivery.requeued' and target in (@one, @another)", new { tenant.Id, one = id, another }), Is.EqualTo(2));
    }

    [Test]
    [Spec("POST " + Requeue, "while the endpoint is disabled it waits; where the endpoint was replaced it goes to the present one")]
    public async Task A_requeued_delivery_goes_to_the_endpoint_there_is()
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync("failed");
        await tenant.CallAsync("DELETE", "/endpoint");
        var none = await tenant.CallAsync("POST", $"/outbound/{id}/requeue");
        Assert.That((none.Status, none.Error), Is.EqualTo((409, "not_requeueable")), none.Text);

        var next = await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        Assert.That((await tenant.CallAsync("POST", $"/outbound/{id}/requeue")).Status, Is.EqualTo(200));
        Assert.That(await tenant.StoredAsync<string>(id, "endpoint_id"), Is.EqualTo((string)next["id"]!));
    }

    [Test]
    [Spec("POST " + Resend, "201 with a new delivery of the same event from any status: the same event_id, resend_of set; the first stays as it was")]
    [Spec("POST " + ResendByOperators, "201 with a new delivery of the same event from any status: the same event_id, resend_of set; the first stays as it was")]
    public async Task A_resend_is_another_delivery_of_the_same_event([Values("pending", "failed", "dead", "sent")] string status, [Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync(status);
        var before = await tenant.ShownAsync(id);

        var answer = await tenant.CallAsync("POST", $"/outbound/{id}/resend", door: door);

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(
            ((string)answer.Json["event_id"]!, (string)answer.Json["resend_of"]!, (string)answer.Json["status"]!, (int)answer.Json["attempts"]!, (string)answer.Json["type"]!),
            Is.EqualTo(((string)before["event_id"]!, id, "pending", 0, "entitlement.updated")));
        Assert.That((await tenant.ShownAsync(id)).ToJsonString(), Is.EqualTo(before.ToJsonString()));
        var again = await tenant.ShownAsync((string)answer.Json["id"]!);
        Assert.That(again["payload"]!.ToJsonString(), Is.EqualTo(before["payload"]!.ToJsonString()));
        Assert.That(await tenant.ListedAsync(""), Is.EqualTo(new[] { (string)answer.Json["id"]!, id }));
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from outbound_events where workspace_id = @Id", new { tenant.Id }), Is.EqualTo(1));
    }

    [Test]
    [Spec("POST " + Resend, "409 endpoint_disabled while the endpoint is disabled or gone; with an Idempotency-Key one delivery however often it is asked")]
    [Spec("POST " + ResendByOperators, "409 endpoint_disabled while the endpoint is disabled or gone")]
    public async Task A_resend_needs_an_endpoint_that_is_enabled([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var id = await tenant.HaveAsync("sent");
        await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        var disabled = await tenant.CallAsync("POST", $"/outbound/{id}/resend", door: door);
        await tenant.CallAsync("DELETE", "/endpoint");
        var gone = await tenant.CallAsync("POST", $"/outbound/{id}/resend", door: door);
        Assert.That((disabled.Status, disabled.Error, gone.Status, gone.Error), Is.EqualTo((409, "endpoint_disabled", 409, "endpoint_disabled")));
        Assert.That(await tenant.ListedAsync(""), Is.EqualTo(new[] { id }));

        await tenant.SetAsync();
        var key = Wire.NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Wire.PatientlyAsync(() => tenant.CallAsync("POST", $"/outbound/{id}/resend", key: key, door: door)))));
        Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await tenant.ListedAsync(""), Has.Length.EqualTo(2));
    }

    [TestCase("/outbound/dlv_01J00000000000000000000000")]
    [TestCase("/outbound/nothing")]
    [TestCase("/outbound/requeue-dead")]
    [Spec("GET /v1/webhooks/outbound/{id}", "404 not_found for what is not a delivery here")]
    public async Task What_is_not_there_is_not_found(string route)
    {
        var tenant = await TenantAsync();
        foreach (var (method, rest) in new[] { ("GET", ""), ("POST", "/requeue"), ("POST", "/resend") })
            Assert.That((await tenant.CallAsync(method, route + rest)).Error, Is.EqualTo("not_found"), method + rest);
    }
}
