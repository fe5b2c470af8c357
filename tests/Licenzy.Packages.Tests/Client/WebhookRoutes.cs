using Licenzy.Packages.Tests.Stubs;
using Licenzy.Webhooks;

namespace Licenzy.Packages.Tests.Client;

/// <summary>The same routes behind two doors: below <c>/v1</c> the key says the mode, below <c>/portal</c> a parameter does.</summary>
public sealed class WebhookRoutes
{
    private const string Endpoint = """{"id":"whe_1","url":"https://example.com/hook","event_types":["usage.consumed"],"enabled":true,"disabled_reason":null,"secret":"whsec_x","secret_hint":"whsec_…x","created_at":"2026-11-30T12:00:00Z"}""";
    private const string Delivery = """{"id":"dlv_1","event_id":"evt_1","type":"usage.consumed","status":"dead","attempts":10,"last_http_status":500,"last_error":"HTTP 500","next_attempt_at":null,"created_at":"2026-11-30T12:00:00Z","sent_at":null,"resend_of":"dlv_0","payload":{"id":"evt_1"},"attempt_log":[{"at":"2026-11-30T12:00:00Z","http_status":500,"error":"HTTP 500","duration_ms":12}]}""";
    private const string Page = """{"data":[],"next_cursor":"c2"}""";

    private static readonly DateTimeOffset At = new(2026, 11, 30, 13, 0, 0, 500, TimeSpan.FromHours(1));

    private static readonly TestCaseData[] Calls =
    [
        Call("GET", "/webhooks/endpoint", "", Endpoint, async hooks => (await hooks.GetEndpointAsync()).EventTypes!.Single(), "usage.consumed"),
        Call("POST", "/webhooks/endpoint", """{"url":"https://example.com/hook","event_types":["usage.consumed"],"enabled":false}""", Endpoint,
            async hooks => (await hooks.SetEndpointAsync(new() { Url = "https://example.com/hook", EventTypes = ["usage.consumed"], Enabled = false })).Secret, "whsec_x"),
        Call("POST", "/webhooks/endpoint", """{"url":"https://example.com/hook"}""", Endpoint, async hooks => (await hooks.SetEndpointAsync(new() { Url = "https://example.com/hook" })).Id, "whe_1"),
        Call("DELETE", "/webhooks/endpoint", "", "", async hooks =>
        {
            await hooks.DeleteEndpointAsync();
            return "done";
        }, "done"),
        Call("POST", "/webhooks/endpoint/rotate-secret", """{"overlap_hours":0}""", Endpoint, async hooks => (await hooks.RotateSecretAsync(new() { OverlapHours = 0 })).SecretHint, "whsec_…x"),
        Call("POST", "/webhooks/endpoint/test", "", Delivery, async hooks => (await hooks.SendTestAsync()).EventId, "evt_1"),
        Call("GET", "/webhooks/outbound", "", Page, async hooks => (await hooks.ListDeliveriesAsync()).NextCursor, "c2"),
        Call("GET", "/webhooks/outbound?status=dead&type=usage.consumed&subject_ref=a%20b%26c&since=2026-11-30T12%3A00%3A00.5Z&until=2026-11-30T12%3A00%3A01.5Z&limit=3&cursor=c1", "", Page,
            async hooks => (await hooks.ListDeliveriesAsync(new()
            {
                Status = "dead", Type = "usage.consumed", SubjectRef = "a b&c", Since = At, Until = At.AddSeconds(1), Limit = 3, Cursor = "c1",
            })).Data.Count, 0),
        Call("GET", "/webhooks/outbound/dlv_1", "", Delivery, async hooks => (await hooks.GetDeliveryAsync("dlv_1")).AttemptLog!.Single().HttpStatus, 500L),
        Call("POST", "/webhooks/outbound/dlv_1/requeue", "", Delivery, async hooks => (await hooks.RequeueAsync("dlv_1")).Attempts, 10L),
        Call("POST", "/webhooks/outbound/dlv_1/resend", "", Delivery, async hooks => (await hooks.ResendAsync("dlv_1")).ResendOf, "dlv_0"),
        Call("POST", "/webhooks/outbound/requeue-dead", """{"since":"2026-11-30T12:00:00.5Z","type":"usage.consumed","limit":5}""", """{"requeued":5,"remaining":7}""",
            async hooks => (await hooks.RequeueDeadAsync(new() { Since = At, Type = "usage.consumed", Limit = 5 })).Remaining, 7L),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task Each_route_has_its_verb_address_body_and_answer_behind_both_doors(
        string method, string target, string body, string answer, Func<ILicenzyWebhooks, Task<object?>> call, object expected)
    {
        await using var stub = await Stub.StartAsync(answer.Length > 0 ? Answers.Json(answer) : Answers.Nothing);
        using var client = Clients.Of(stub);
        using var portal = Clients.PortalOf(stub);

        var results = new[] { await call(client.Webhooks), await call(portal.Webhooks("live")) };

        Assert.Multiple(() =>
        {
            Assert.That(results, Is.All.EqualTo(expected));
            Assert.That(stub.Heard.Select(heard => (heard.Method, heard.Body)), Is.All.EqualTo((method, body)));
            Assert.That(stub.Heard.Select(heard => heard.Target), Is.EqualTo(new[]
            {
                "/v1" + target, "/portal" + (target.Contains('?') ? target.Replace("?", "?mode=live&", StringComparison.Ordinal) : target + "?mode=live"),
            }));
            Assert.That(stub.Heard.Select(heard => heard.Headers.Authorization.ToString()), Is.EqualTo(new[] { "Bearer " + Clients.Key, "Bearer " + Clients.AdminKey }));
            Assert.That(stub.Heard.Select(heard => heard.Headers["Idempotency-Key"].ToString()), Is.All.Match(method == "POST" ? "^[0-9a-f]{32}$" : "^$"));
        });
    }

    [Test]
    public async Task An_application_sets_its_endpoint_as_the_documentation_shows()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Endpoint));
        using var client = Clients.Of(stub);

        var endpoint = await client.Webhooks.SetEndpointAsync(new SetWebhookEndpointRequest { Url = "https://app.example.com/licenzy/webhooks" });
        var secret = endpoint.Secret;                                               // shown this once

        Assert.That((secret, stub.Heard.Single().Body), Is.EqualTo(("whsec_x", """{"url":"https://app.example.com/licenzy/webhooks"}""")));
    }

    [Test]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"), Answers.Json(Endpoint), Answers.Problem(503, "unavailable"), Answers.Json(Delivery));
        using var client = Clients.Of(stub);

        Assert.That((await client.Webhooks.SetEndpointAsync(new() { Url = "https://example.com/hook" }, "key-1")).Secret, Is.EqualTo("whsec_x"));
        Assert.That((await client.Webhooks.ResendAsync("dlv_1", "key-2")).Id, Is.EqualTo("dlv_1"));
        Assert.That(stub.Heard.Select(heard => heard.Headers["Idempotency-Key"].ToString()), Is.EqualTo(new[] { "key-1", "key-1", "key-2", "key-2" }));
    }

    [TestCase("")]
    [TestCase("..")]
    public async Task What_cannot_be_sent_is_refused_here(string id)
    {
        await using var stub = await Stub.StartAsync(Answers.Nothing);
        using var client = Clients.Of(stub);

        Assert.Throws<ArgumentException>(() => client.Webhooks.GetDeliveryAsync(id));
        Assert.Throws<ArgumentException>(() => client.Webhooks.ListDeliveriesAsync(new() { SubjectRef = "a\uD800" }));
        Assert.That(stub.Heard, Is.Empty);
    }

    private static TestCaseData Call(string method, string target, string body, string answer, Func<ILicenzyWebhooks, Task<object?>> call, object expected) =>
        new TestCaseData(method, target, body, answer, call, expected).SetArgDisplayNames(method, target);
}
