using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

public sealed class PortalRoutes
{
    private const string Product = """{"id":"prd_1","mode":"test","product_code":"PRO","name":"Pro","kind":"subscription","stripe_price_id":"price_1","duration_days":null,"units":null,"past_due_grace_days":21,"success_url":null,"cancel_url":null,"created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}""";
    private const string Connection = """{"mode":"test","status":"connected","account_id":"acct_1","key_hint":"sk_test_…abcd","webhook_url":null,"webhook_secret_set":true,"required_events":[],"verified_at":null}""";
    private const string Event = """{"id":"evt_1","type":"invoice.paid","status":"unmatched","note":"why","object_id":"sub_1","subject_ref":null,"created_at":"2026-11-30T12:00:00Z","received_at":"2026-11-30T12:00:00Z","applied_at":null,"tries":0,"next_try_at":null}""";
    private const string Right = """{"id":"ent_1","subject_ref":"a/b","product_code":"PRO","kind":"subscription","status":"active","status_cause":null,"available":true,"availability_reason":"subscription_active","units_granted":null,"usage_remaining":null,"quantity":1,"source":"portal","starts_at":"2026-11-30T12:00:00Z","expires_at":null,"current_period_end":null,"cancel_at_period_end":false,"grace_period_ends_at":null,"features":{},"stripe_checkout_session_id":null,"stripe_payment_intent_id":null,"stripe_subscription_id":null,"created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}""";

    private static readonly TestCaseData[] Calls =
    [
        Call("GET", "/portal/me", "", """{"account":{"id":"acc_1","name":"A","created_at":"2026-11-30T12:00:00Z"},"workspace":{"id":"ws_1","name":"W","status":"active","created_at":"2026-11-30T12:00:00Z"},"session":{"kind":"admin_key","id":"adm_1","name":"first"},"csrf_token":null}""",
            async portal => (await portal.GetContextAsync()).Workspace.Id, "ws_1"),
        Call("GET", "/portal/products?mode=test", "", $$"""{"data":[{{Product}}],"next_cursor":"c2"}""",
            async portal => (await portal.ListProductsAsync("test")).NextCursor, "c2"),
        Call("GET", "/portal/products?mode=live&limit=5&cursor=a%2Bb", "", """{"data":[],"next_cursor":null}""",
            async portal => (await portal.ListProductsAsync("live", 5, "a+b")).Data.Count, 0),
        Call("POST", "/portal/products", """{"mode":"test","product_code":"PRO","name":"Pro","kind":"subscription","stripe_price_id":"price_1"}""", Product,
            async portal => (await portal.CreateProductAsync(new() { Mode = "test", ProductCode = "PRO", Name = "Pro", Kind = "subscription", StripePriceId = "price_1" })).Id, "prd_1"),
        Call("GET", "/portal/stripe/connection", "", $$"""{"data":[{{Connection}}]}""",
            async portal => (await portal.GetStripeConnectionsAsync()).Data[0].Status, "connected"),
        Call("PUT", "/portal/stripe/connection", """{"mode":"test","secret_key":"sk_test_1","webhook_secret":"whsec_1"}""", Connection,
            async portal => (await portal.ConnectStripeAsync(new() { Mode = "test", SecretKey = "sk_test_1", WebhookSecret = "whsec_1" })).AccountId, "acct_1"),
        Call("GET", "/portal/stripe/events?mode=live&status=failed&type=invoice.paid&limit=2&cursor=c1", "", $$"""{"data":[{{Event}}],"next_cursor":null}""",
            async portal => (await portal.ListStripeEventsAsync("live", "failed", "invoice.paid", 2, "c1")).Data[0].Payload is null, true),
        Call("GET", "/portal/stripe/events/evt_1?mode=test", "", Event.Replace("\"tries\"", "\"payload\":{\"id\":\"evt_1\"},\"tries\"", StringComparison.Ordinal),
            async portal => (await portal.GetStripeEventAsync("evt_1", "test")).Payload!.Value.GetProperty("id").GetString(), "evt_1"),
        Call("POST", "/portal/stripe/events/evt_1/replay?mode=test", "", Event, async portal => (await portal.ReplayStripeEventAsync("evt_1", "test")).Status, "unmatched"),
        Call("POST", "/portal/stripe/events/evt_1/link?mode=test", """{"subject_ref":"a/b"}""", Event,
            async portal => (await portal.LinkStripeEventAsync("evt_1", "test", new() { SubjectRef = "a/b" })).Id, "evt_1"),
        Call("GET", "/portal/api-keys?limit=2", "", """{"data":[],"next_cursor":null}""",
            async portal => (await portal.ListApiKeysAsync(2)).Data.Count, 0),
        Call("POST", "/portal/api-keys", """{"mode":"live","name":"web"}""", """{"id":"key_1","key":"lz_live_x","prefix":"lz_live_","last4":"wxyz","name":"web","mode":"live","kind":"runtime","created_at":"2026-11-30T12:00:00Z","expires_at":null}""",
            async portal => (await portal.CreateApiKeyAsync(new() { Mode = "live", Name = "web" })).Key, "lz_live_x"),
        Call("POST", "/portal/customers/a%2Fb/grants?mode=test", """{"product_code":"PRO","reason":"a friend"}""", Right,
            async portal => (await portal.GrantAsync("a/b", "test", new() { ProductCode = "PRO", Reason = "a friend" })).Id, "ent_1"),
    ];

    private static TestCaseData Call(string method, string target, string body, string answer, Func<ILicenzyPortalClient, Task<object?>> call, object expected) =>
        new TestCaseData(method, target, body, answer, call, expected).SetArgDisplayNames(method, target);

    [TestCaseSource(nameof(Calls))]
    public async Task Each_route_has_its_verb_address_body_and_answer(
        string method, string target, string body, string answer, Func<ILicenzyPortalClient, Task<object?>> call, object expected)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(answer));
        using var portal = Clients.PortalOf(stub);

        var result = await call(portal);

        var heard = stub.Heard.Single();
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(expected));
            Assert.That((heard.Method, heard.Target, heard.Body), Is.EqualTo((method, target, body)));
            Assert.That(heard.Headers.Authorization.ToString(), Is.EqualTo("Bearer " + Clients.AdminKey));
            Assert.That(heard.Headers["Idempotency-Key"].ToString(), Does.Match(method == "POST" ? "^[0-9a-f]{32}$" : "^$"));
        });
    }

    [TestCase(".")]
    [TestCase("..")]
    [TestCase("")]
    public async Task A_grant_to_a_subject_no_address_can_hold_is_refused_here(string subject)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Right));
        using var portal = Clients.PortalOf(stub);

        Assert.Throws<ArgumentException>(() => portal.GrantAsync(subject, "test", new() { ProductCode = "PRO", Reason = "r" }));
        Assert.That(stub.Heard, Is.Empty);
    }

    [Test]
    public async Task A_put_is_not_repeated_by_itself()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var portal = Clients.PortalOf(stub);

        Assert.ThrowsAsync<LicenzyApiException>(() => portal.ConnectStripeAsync(new() { Mode = "test", SecretKey = "sk_test_1" }));
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }
}
