using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Setting, reading, disabling and deleting where events are sent.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WebhookEndpointTests(Engine engine) : OutboundFixture(engine)
{
    private const string Endpoint = "/v1/webhooks/endpoint";
    private const string ForOperators = "/portal/webhooks/endpoint";

    private static readonly string[] Members = ["id", "url", "event_types", "enabled", "disabled_reason", "secret_hint", "created_at"];

    private static readonly TestCaseData[] Bodies =
    [
        Refused("event_types[1]", new JsonObject { ["event_types"] = new JsonArray("entitlement.updated", "entitlement.update") }),
        Refused("event_types[0]", new JsonObject { ["event_types"] = new JsonArray((JsonNode?)null) }),
        Refused("event_types[0]", new JsonObject { ["event_types"] = new JsonArray("Entitlement.Updated") }),
        Refused("event_types[2]", new JsonObject { ["event_types"] = new JsonArray("entitlement.updated", "usage.consumed", "entitlement.updated") }),
        Refused("event_types", new JsonObject { ["event_types"] = new JsonArray() }),
        Refused("event_types", new JsonObject { ["event_types"] = new JsonArray([.. Enumerable.Repeat(0, 300).Select(_ => (JsonNode)"usage.consumed")]) }),
        Refused("event_types", new JsonObject { ["event_types"] = "usage.consumed" }),
        Refused("url_malformed", new JsonObject { ["url"] = "" }),
        Refused("url_malformed", new JsonObject { ["url"] = "/licenzy" }),
        Refused("url_scheme", new JsonObject { ["url"] = "ftp://93.184.216.34/licenzy" }),
        Refused("url_malformed", new JsonObject { ["url"] = "https://93.184.216.34/a b" }),
        Refused("url_malformed", new JsonObject { ["url"] = " https://93.184.216.34/licenzy" }),
        Refused("url_malformed", new JsonObject { ["url"] = "https://93.184.216.34/licenzy\n" }),
        Refused("url_malformed", new JsonObject { ["url"] = "https://93.184.216.34/licenzy#here" }),
        Refused("url_host", new JsonObject { ["url"] = "https://" }),
        Refused("url_malformed", new JsonObject { ["url"] = $"https://93.184.216.34/{new string('a', 2048)}" }),
        Refused("url_private_address", new JsonObject { ["url"] = "https://127.0.0.1/licenzy" }),
        Refused("url_private_address", new JsonObject { ["url"] = "https://localhost/licenzy" }),
        Refused("url_scheme", new JsonObject { ["url"] = "http://93.184.216.34/licenzy" }),
        Refused("url_port", new JsonObject { ["url"] = "https://93.184.216.34:8080/licenzy" }),
        Refused("url_userinfo", new JsonObject { ["url"] = "https://me:secret@93.184.216.34/licenzy" }),
        Refused("description", new JsonObject { ["description"] = new string('a', 501) }),
        Refused("enabled", new JsonObject { ["enabled"] = "no" }),
        Refused("secret", new JsonObject { ["secret"] = "whsec_mine" }),
    ];

    [Test]
    [Spec("PUT " + Endpoint, "the answer that makes the endpoint, and no other, shows its secret: whsec_ and Base64 of 32 bytes")]
    [Spec("PUT " + ForOperators, "the answer that makes the endpoint, and no other, shows its secret: whsec_ and Base64 of 32 bytes")]
    [Spec("GET " + Endpoint, "the endpoint without its secret, but with a hint of it")]
    [Spec("GET " + ForOperators, "the endpoint without its secret, but with a hint of it")]
    public async Task An_endpoint_is_made_and_its_secret_is_shown_once([Values("/v1", "/portal")] string door, [Values("PUT", "POST")] string method)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var made = await tenant.CallAsync(method, "/endpoint", new JsonObject { ["url"] = HookTenant.Hook }, door: door);

        Assert.That(made.Status, Is.EqualTo(200), made.Text);
        var secret = (string)made.Json["secret"]!;
        Assert.That(Convert.FromBase64String(secret["whsec_".Length..]), Has.Length.EqualTo(32));
        Assert.That((string)made.Json["secret_hint"]!, Is.EqualTo($"whsec_…{secret[^4..]}"));
        Assert.That(made.Json.AsObject().Select(member => member.Key), Is.EquivalentTo(Members.Append("secret")));
        Assert.That(
            ((string)made.Json["id"]!, (string)made.Json["url"]!, made.Json["event_types"], (bool)made.Json["enabled"]!, made.Json["disabled_reason"]),
            Is.EqualTo(((string)made.Json["id"]!, HookTenant.Hook, (JsonNode?)null, true, (JsonNode?)null)));
        Assert.That((string)made.Json["id"]!, Does.Match("^whe_[0-9A-HJKMNP-TV-Z]{26}$"));

        foreach (var other in new[] { "/v1", "/portal" })
        {
            var shown = await tenant.CallAsync("GET", "/endpoint", door: other);
            Assert.That((shown.Status, shown.Text.Contains(secret)), Is.EqualTo((200, false)));
            Assert.That(shown.Json.AsObject().Select(member => member.Key), Is.EqualTo(Members));
        }
    }

    [Test]
    [Spec("PUT " + Endpoint, "replaces the endpoint but for id and secret; what is left out is as if it had never been named")]
    [Spec("POST " + Endpoint, "the same as PUT")]
    [Spec("POST " + ForOperators, "the same as PUT")]
    public async Task A_second_request_replaces_the_first([Values("/v1", "/portal")] string door, [Values("PUT", "POST")] string method)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var first = await tenant.SetAsync(new JsonObject { ["event_types"] = new JsonArray("usage.consumed", "entitlement.updated"), ["description"] = "Billing", ["enabled"] = false });
        Assert.That((first["event_types"]!.ToJsonString(), (string)first["description"]!), Is.EqualTo(("""["usage.consumed","entitlement.updated"]""", "Billing")));
        Assert.That(((bool)first["enabled"]!, (string)first["disabled_reason"]!), Is.EqualTo((false, "operator")));

        var second = await tenant.CallAsync(method, "/endpoint", new JsonObject { ["url"] = HookTenant.Hook + "/2" }, door: door);

        Assert.That(second.Status, Is.EqualTo(200), second.Text);
        Assert.That(second.Json.AsObject().Select(member => member.Key), Is.EqualTo(Members));
        Assert.That(((string)second.Json["id"]!, (string)second.Json["secret_hint"]!), Is.EqualTo(((string)first["id"]!, (string)first["secret_hint"]!)));
        Assert.That(((string)second.Json["url"]!, second.Json["event_types"], (bool)second.Json["enabled"]!), Is.EqualTo((HookTenant.Hook + "/2", (JsonNode?)null, true)));
    }

    [Test]
    [Spec("POST " + Endpoint, "with an Idempotency-Key a repeat hears the first answer, secret included, which is stored sealed")]
    public async Task A_repeat_is_shown_the_secret_again_and_the_database_never_is([Values("PUT", "POST")] string method)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var key = Wire.NewKey();
        var first = await tenant.CallAsync(method, "/endpoint", new JsonObject { ["url"] = HookTenant.Hook }, key);
        var again = await tenant.CallAsync(method, "/endpoint", new JsonObject { ["url"] = HookTenant.Hook }, key);

        Assert.That((again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((first.Text, "true")));
        var secret = System.Text.Encoding.UTF8.GetBytes((string)first.Json["secret"]!);
        foreach (var stored in new[]
        {
            await Rows.ValueAsync<byte[]>(Server, "select answer from idempotency_keys where workspace_id = @Id and idempotency_key = @key", new { tenant.Id, key }),
            await Rows.ValueAsync<byte[]>(Server, "select secret from webhook_endpoints where workspace_id = @Id", new { tenant.Id }),
        })
            Assert.That(stored.AsSpan().IndexOf(secret), Is.EqualTo(-1));
    }

    [TestCaseSource(nameof(Bodies))]
    [Spec("PUT " + Endpoint, "400 that names the member: a type that is not one, twice or in an empty list by its place; an address that cannot be one with a code that says which rule")]
    [Spec("PUT " + ForOperators, "400 that names the member: a type that is not one, twice or in an empty list by its place; an address that cannot be one with a code that says which rule")]
    public async Task What_cannot_be_an_endpoint_is_refused(string field, string body)
    {
        var tenant = await TenantAsync(withEndpoint: false);
        foreach (var door in new[] { "/v1", "/portal" })
        {
            var answer = await tenant.CallAsync("PUT", "/endpoint", JsonNode.Parse(body)!.AsObject(), door: door);
            Assert.That((string)answer.Json["title"]!, Is.Not.EqualTo("Something went wrong."));
            Assert.That((answer.Status, answer.Error, answer.Fields[0]), Is.EqualTo((400, field.StartsWith("url_", StringComparison.Ordinal) ? field : "invalid_request", field.Split('_')[0] == "url" ? "url" : field)), answer.Text);
        }

        Assert.That((await tenant.CallAsync("GET", "/endpoint")).Status, Is.EqualTo(404));
    }

    [Test]
    [Spec("PUT " + Endpoint, "every type of the contract can be named, license.* and usage.consumed among them")]
    public async Task Every_type_can_be_named()
    {
        var tenant = await TenantAsync(withEndpoint: false);
        string[] types =
        [
            "purchase.finalized", "entitlement.updated", "usage.consumed", "subscription.updated", "subscription.deleted", "invoice.payment_succeeded", "invoice.payment_failed",
            "entitlement.expiring", "entitlement.expired", "usage.depleted", "license.issued", "license.updated", "license.revoked", "endpoint.test",
        ];
        var answer = await tenant.SetAsync(new JsonObject { ["event_types"] = new JsonArray([.. types.Select(type => (JsonNode)type)]) });
        Assert.That(answer["event_types"]!.AsArray().Select(type => (string)type!), Is.EqualTo(types));
    }

    [TestCase("gone")]
    [TestCase("failing")]
    [TestCase("operator")]
    [Spec("PUT " + Endpoint, "enabling a disabled endpoint clears the reason and the memory of failures; disabling one keeps the reason it had")]
    public async Task An_endpoint_that_is_enabled_again_begins_anew(string reason)
    {
        var tenant = await TenantAsync();
        var waiting = await tenant.HaveAsync("failed");
        await Rows.ExecuteAsync(Server, "update webhook_endpoints set disabled_at = 1, disabled_reason = @reason, failing_since = 1 where workspace_id = @Id", new { reason, tenant.Id });

        var still = await tenant.SetAsync(new JsonObject { ["enabled"] = false });
        Assert.That(((bool)still["enabled"]!, (string)still["disabled_reason"]!), Is.EqualTo((false, reason)));
        var again = await tenant.SetAsync();

        Assert.That(((bool)again["enabled"]!, again["disabled_reason"]), Is.EqualTo((true, (JsonNode?)null)));
        Assert.That(await Rows.ValueAsync<long?>(Server, "select coalesce(failing_since, disabled_at) from webhook_endpoints where workspace_id = @Id", new { tenant.Id }), Is.Null);
        Assert.That((string)(await tenant.ShownAsync(waiting))["status"]!, Is.EqualTo("failed"), "what waits goes on waiting for its time");
    }

    [Test]
    [Spec("DELETE " + Endpoint, "204; what waits dies and says why, what came to rest stays as it was")]
    [Spec("DELETE " + ForOperators, "204; what waits dies and says why, what came to rest stays as it was")]
    [Spec("GET " + Endpoint, "404 not_found where none is set")]
    [Spec("DELETE " + Endpoint, "404 not_found where none is set")]
    public async Task A_deleted_endpoint_leaves_nothing_waiting([Values("/v1", "/portal")] string door)
    {
        var tenant = await TenantAsync();
        var first = (await tenant.CallAsync("GET", "/endpoint")).Json;
        string[] waiting = [await tenant.HaveAsync("pending"), await tenant.HaveAsync("failed"), await tenant.HaveAsync("pending", with: shape => shape with { LeasedUntil = Start.AddDays(9) })];
        var sent = await tenant.HaveAsync("sent");

        Assert.That((await tenant.CallAsync("DELETE", "/endpoint", door: door)).Status, Is.EqualTo(204));

        foreach (var id in waiting)
        {
            var dead = await tenant.ShownAsync(id);
            Assert.That(((string)dead["status"]!, (string)dead["last_error"]!, dead["next_attempt_at"]), Is.EqualTo(("dead", "endpoint_deleted", (JsonNode?)null)));
            Assert.That(await tenant.StoredAsync<long?>(id, "leased_until"), Is.Null, "a try under way decides no more");
        }

        Assert.That((string)(await tenant.ShownAsync(sent))["status"]!, Is.EqualTo("sent"));
        foreach (var method in new[] { "GET", "DELETE" })
        {
            var gone = await tenant.CallAsync(method, "/endpoint", door: door);
            Assert.That((gone.Status, gone.Error), Is.EqualTo((404, "not_found")));
        }

        var next = await tenant.SetAsync();
        Assert.That(((string)next["id"]! == (string)first["id"]!, next["secret"] is null), Is.EqualTo((false, false)), "another endpoint, with a secret of its own");
    }

    [Test]
    [Spec("PUT " + Endpoint, "of several that set the first one at once, one makes it and is shown the secret")]
    public async Task Many_at_once_make_one_endpoint()
    {
        var tenant = await TenantAsync(withEndpoint: false);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => Wire.PatientlyAsync(() =>
            tenant.CallAsync("PUT", "/endpoint", new JsonObject { ["url"] = $"{HookTenant.Hook}/{i}" }, door: i % 2 == 0 ? "/v1" : "/portal")))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Select(answer => (string)answer.Json["id"]!).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Select(answer => (string)answer.Json["secret_hint"]!).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Json["secret"] is not null), Is.EqualTo(1));
    }

    [Test]
    [Spec("PUT " + ForOperators, "one endpoint for each mode, chosen with ?mode=; the modes never mix")]
    public async Task Each_mode_has_an_endpoint_of_its_own()
    {
        var tenant = await TenantAsync();
        Assert.That((await tenant.CallAsync("GET", "/endpoint?mode=live", door: "/portal")).Status, Is.EqualTo(404));
        var live = await tenant.CallAsync("PUT", "/endpoint?mode=live", new JsonObject { ["url"] = HookTenant.Hook + "/live" }, door: "/portal");
        Assert.That((live.Status, live.Json["secret"] is null), Is.EqualTo((200, false)), live.Text);
        Assert.That((string)(await tenant.CallAsync("GET", "/endpoint")).Json["url"]!, Is.EqualTo(HookTenant.Hook));
        Assert.That((await tenant.CallAsync("GET", "/endpoint?mode=both", door: "/portal")).Fields, Is.EqualTo(new[] { "mode" }));
    }

    private static TestCaseData Refused(string field, JsonObject body)
    {
        body["url"] ??= HookTenant.Hook;
        return new TestCaseData(field, body.ToJsonString()).SetArgDisplayNames(field, body.ToJsonString()[..Math.Min(60, body.ToJsonString().Length)]);
    }
}
