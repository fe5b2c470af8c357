using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A signing secret in place of another, trying an endpoint out, and who did what.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WebhookSecretTests(Engine engine) : OutboundFixture(engine)
{
    private const string Rotate = "/v1/webhooks/endpoint/rotate-secret";
    private const string RotateByOperators = "/portal/webhooks/endpoint/rotate-secret";
    private const string Test = "/v1/webhooks/endpoint/test";
    private const string TestByOperators = "/portal/webhooks/endpoint/test";

    [TestCase("/v1", null, 24)]
    [TestCase("/portal", 1, 1)]
    [TestCase("/v1", 168, 168)]
    [Spec("POST " + Rotate, "a new secret, shown in this answer alone; the former one holds as well for overlap_hours, 24 unless given")]
    [Spec("POST " + RotateByOperators, "a new secret, shown in this answer alone; the former one holds as well for overlap_hours, 24 unless given")]
    public async Task Both_secrets_hold_during_the_overlap(string door, int? hours, int expected)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var old = (string)(await tenant.SetAsync())["secret"]!;

        var rotated = await tenant.CallAsync("POST", "/endpoint/rotate-secret", hours is null ? [] : new JsonObject { ["overlap_hours"] = hours }, door: door);

        Assert.That(rotated.Status, Is.EqualTo(200), rotated.Text);
        var fresh = (string)rotated.Json["secret"]!;
        Assert.That((fresh == old, (string)rotated.Json["secret_hint"]!), Is.EqualTo((false, $"whsec_…{fresh[^4..]}")));
        Assert.That((await tenant.CallAsync("GET", "/endpoint")).Text, Does.Not.Contain(fresh));
        var now = Clock.GetUtcNow();
        Assert.That(await SecretsAsync(tenant, now), Is.EqualTo(new[] { fresh, old }));
        Assert.That(await SecretsAsync(tenant, now.AddHours(expected).AddMilliseconds(-1)), Is.EqualTo(new[] { fresh, old }));
        Assert.That(await SecretsAsync(tenant, now.AddHours(expected)), Is.EqualTo(new[] { fresh }));
    }

    [TestCase("/v1")]
    [TestCase("/portal")]
    [Spec("GET /v1/webhooks/endpoint", "previous_secret_until says how long the former secret still signs, and is absent when it does not")]
    [Spec("GET /portal/webhooks/endpoint", "previous_secret_until says how long the former secret still signs, and is absent when it does not")]
    public async Task How_long_the_former_secret_signs_is_told(string door)
    {
        var tenant = await TenantAsync();
        Assert.That((await tenant.CallAsync("GET", "/endpoint", door: door)).Json["previous_secret_until"], Is.Null);

        var rotated = await tenant.CallAsync("POST", "/endpoint/rotate-secret", new JsonObject { ["overlap_hours"] = 2 }, door: door);
        var until = Wire.Time(Clock.GetUtcNow().AddHours(2));
        Assert.That((string?)rotated.Json["previous_secret_until"], Is.EqualTo(until));
        Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        Assert.That((string?)(await tenant.CallAsync("GET", "/endpoint", door: door)).Json["previous_secret_until"], Is.EqualTo(until));
        Assert.That((string?)(await tenant.SetAsync(door: door))["previous_secret_until"], Is.EqualTo(until), "setting it again keeps the secrets");
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await tenant.CallAsync("GET", "/endpoint", door: door)).Json.AsObject().ContainsKey("previous_secret_until"), Is.False);

        var atOnce = await tenant.CallAsync("POST", "/endpoint/rotate-secret", new JsonObject { ["overlap_hours"] = 0 }, door: door);
        Assert.That(atOnce.Json["previous_secret_until"], Is.Null);
    }

    [Test]
    [Spec("POST " + Rotate, "never more than two secrets hold: a second rotation drops the oldest, and an overlap of 0 the former one at once")]
    public async Task Never_more_than_two_secrets_hold()
    {
        var tenant = await TenantAsync();
        var second = (string)(await tenant.CallAsync("POST", "/endpoint/rotate-secret", [])).Json["secret"]!;
        var third = (string)(await tenant.CallAsync("POST", "/endpoint/rotate-secret", [])).Json["secret"]!;
        Assert.That(await SecretsAsync(tenant, Clock.GetUtcNow()), Is.EqualTo(new[] { third, second }));

        var fourth = (string)(await tenant.CallAsync("POST", "/endpoint/rotate-secret", new JsonObject { ["overlap_hours"] = 0 })).Json["secret"]!;
        Assert.That(await SecretsAsync(tenant, Clock.GetUtcNow()), Is.EqualTo(new[] { fourth }));
    }

    [Test]
    [Spec("POST " + Rotate, "overlap_hours is 0 to 168; 404 not_found without an endpoint; with an Idempotency-Key a repeat hears the first answer")]
    [Spec("POST " + RotateByOperators, "overlap_hours is 0 to 168; 404 not_found without an endpoint; with an Idempotency-Key a repeat hears the first answer")]
    public async Task A_rotation_is_bounded_and_repeatable([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        Assert.That((await tenant.CallAsync("POST", "/endpoint/rotate-secret", [], door: door)).Error, Is.EqualTo("not_found"));
        await tenant.SetAsync();
        foreach (var hours in new[] { -1, 169 })
        {
            var refused = await tenant.CallAsync("POST", "/endpoint/rotate-secret", new JsonObject { ["overlap_hours"] = hours }, door: door);
            Assert.That((refused.Status, refused.Fields.Single()), Is.EqualTo((400, "overlap_hours")));
        }

        var key = Wire.NewKey();
        var first = await tenant.CallAsync("POST", "/endpoint/rotate-secret", [], key, door);
        var again = await tenant.CallAsync("POST", "/endpoint/rotate-secret", [], key, door);
        Assert.That((again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((first.Text, "true")));
    }

    [TestCase("/v1", "runtime")]
    [TestCase("/portal", "portal")]
    [Spec("POST " + Test, "201 with the delivery of an endpoint.test event, whatever types the endpoint names")]
    [Spec("POST " + TestByOperators, "201 with the delivery of an endpoint.test event, whatever types the endpoint names")]
    public async Task A_test_is_an_event_of_its_own(string door, string source)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        await tenant.SetAsync(new JsonObject { ["event_types"] = new JsonArray("usage.consumed") });

        var sent = await tenant.CallAsync("POST", "/endpoint/test", door: door);

        Assert.That(sent.Status, Is.EqualTo(201), sent.Text);
        Assert.That(((string)sent.Json["type"]!, (string)sent.Json["status"]!, (int)sent.Json["attempts"]!), Is.EqualTo(("endpoint.test", "pending", 0)));
        var payload = (await tenant.ShownAsync((string)sent.Json["id"]!))["payload"]!;
        Assert.That(((string)payload["id"]!, (string)payload["type"]!), Is.EqualTo(((string)sent.Json["event_id"]!, "endpoint.test")));
        var data = payload["data"]!;
        Assert.That(((string)data["workspace_id"]!, (string)data["mode"]!, (string)data["source"]!, data["subject_ref"]), Is.EqualTo((tenant.Id, "test", source, (JsonNode?)null)));
    }

    [Test]
    [Spec("POST " + Test, "404 not_found without an endpoint, 409 endpoint_disabled while it is disabled; with an Idempotency-Key one event however often it is sent")]
    [Spec("POST " + TestByOperators, "404 not_found without an endpoint, 409 endpoint_disabled while it is disabled")]
    public async Task A_test_needs_an_endpoint_that_is_enabled([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var none = await tenant.CallAsync("POST", "/endpoint/test", door: door);
        Assert.That((none.Status, none.Error), Is.EqualTo((404, "not_found")));
        await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        var disabled = await tenant.CallAsync("POST", "/endpoint/test", door: door);
        Assert.That((disabled.Status, disabled.Error), Is.EqualTo((409, "endpoint_disabled")));

        await tenant.SetAsync();
        var key = Wire.NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Wire.PatientlyAsync(() => tenant.CallAsync("POST", "/endpoint/test", key: key, door: door)))));
        Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await tenant.ListedAsync(""), Has.Length.EqualTo(1));
    }

    [Test]
    [Spec("PUT /v1/webhooks/endpoint", "who set, changed, rotated and deleted it is on record, without secrets")]
    public async Task What_is_done_to_an_endpoint_is_on_record()
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var secret = (string)(await tenant.SetAsync(new JsonObject { ["url"] = "https://93.184.216.34/hooks/path-token?key=query-token" }))["secret"]!;
        await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        var rotated = await tenant.CallAsync("POST", "/endpoint/rotate-secret", []);
        await tenant.CallAsync("DELETE", "/endpoint");

        var log = await Server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.ListAsync<string>("select action || ' ' || actor || ' ' || target || ' ' || detail from audit_log where workspace_id = @Id and action like 'webhook%' order by id", new { tenant.Id }),
            CancellationToken.None);

        Assert.That(log.Select(line => line.Split(' ')[0]), Is.EqualTo(new[]
        {
            "webhook_endpoint.created", "webhook_endpoint.changed", "webhook_endpoint.secret_rotated", "webhook_endpoint.deleted",
        }), "nothing where nothing changed");
        Assert.That(log.Select(line => line.Split(' ')[1]), Is.All.EqualTo(tenant.KeyId));
        Assert.That(log, Is.All.Not.Contain(secret).And.All.Not.Contain((string)rotated.Json["secret"]!).And.All.Not.Contain("-token"));
    }

    private async Task<IReadOnlyList<string>> SecretsAsync(HookTenant tenant, DateTimeOffset at)
    {
        var row = await Server.Services.GetRequiredService<Db>().ReadAsync(session => EndpointStore.FindAsync(session, new Scope(tenant.Id, Mode.Test)), CancellationToken.None);
        return [.. Server.Services.GetRequiredService<Letterheads>().Of(row!).SecretsAt(at)];
    }
}
