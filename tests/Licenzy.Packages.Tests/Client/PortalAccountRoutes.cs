using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

/// <summary>Routes that change what is there: the account, its workspaces, keys and products.</summary>
public sealed class PortalAccountRoutes
{
    private const string Workspace = """{"id":"ws_1","name":"W","status":"suspended","created_at":"2026-11-30T12:00:00Z"}""";
    private const string Operator = """{"id":"opr_1","email":"a@example.com","created_at":"2026-11-30T12:00:00Z"}""";
    private const string Key = """{"id":"key_1","prefix":"lz_test_","last4":"wxyz","name":"web","mode":"test","kind":"runtime","created_at":"2026-11-30T12:00:00Z","last_used_at":null,"revoked_at":"2026-11-30T12:00:00Z","expires_at":null}""";
    private const string Product = """{"id":"prd_1","mode":"test","product_code":"PRO","name":"Pro","kind":"subscription","stripe_price_id":"price_1","duration_days":null,"units":null,"past_due_grace_days":21,"success_url":null,"cancel_url":null,"created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}""";
    private const string TestClock = """{"now":"2026-11-30T12:00:00Z","offset_seconds":60,"is_set":true}""";
    private const string Empty = """{"data":[],"next_cursor":"c2"}""";

    private static readonly TestCaseData[] Calls =
    [
        Call("GET", "/portal/account/subscription", "", """{"plan":"self_hosted","status":"active","access":"active","live_allowed":true,"current_period_end":null}""",
            async portal => (await portal.GetSubscriptionAsync()).LiveAllowed, true),
        Call("GET", "/portal/workspaces?limit=3&cursor=c1", "", Empty, async portal => (await portal.ListWorkspacesAsync(3, "c1")).NextCursor, "c2"),
        Call("POST", "/portal/workspaces", """{"name":"W"}""", Workspace, async portal => (await portal.CreateWorkspaceAsync(new() { Name = "W" })).Id, "ws_1"),
        Call("POST", "/portal/workspaces/ws_1/suspend", "", Workspace, async portal => (await portal.SuspendWorkspaceAsync("ws_1")).Status, "suspended"),
        Call("POST", "/portal/workspaces/ws_1/resume", "", Workspace, async portal => (await portal.ResumeWorkspaceAsync("ws_1")).Id, "ws_1"),
        Done("/portal/workspaces/ws_1", portal => portal.DeleteWorkspaceAsync("ws_1")),
        Call("GET", "/portal/operators", "", Empty, async portal => (await portal.ListOperatorsAsync()).Data.Count, 0),
        Call("POST", "/portal/operators", """{"email":"a@example.com","password":"long enough password"}""", Operator,
            async portal => (await portal.CreateOperatorAsync(new() { Email = "a@example.com", Password = "long enough password" })).Id, "opr_1"),
        Done("/portal/operators/opr_1", portal => portal.DeleteOperatorAsync("opr_1")),
        Call("GET", "/portal/admin-keys?limit=1", "", Empty, async portal => (await portal.ListAdminKeysAsync(1)).Data.Count, 0),
        Call("POST", "/portal/admin-keys", """{"name":"script"}""", """{"id":"key_2","key":"lz_admin_x","prefix":"lz_admin_","last4":"wxyz","name":"script","created_at":"2026-11-30T12:00:00Z"}""",
            async portal => (await portal.CreateAdminKeyAsync(new() { Name = "script" })).Key, "lz_admin_x"),
        Done("/portal/admin-keys/key_2", portal => portal.RevokeAdminKeyAsync("key_2")),
        Call("POST", "/portal/api-keys/key_1/revoke", "", Key, async portal => (await portal.RevokeApiKeyAsync("key_1")).RevokedAt is not null, true),
        Call("POST", "/portal/api-keys/key_1/rotate", """{"overlap_hours":2}""", """{"id":"key_3","key":"lz_test_x","prefix":"lz_test_","last4":"wxyz","name":"web","mode":"test","kind":"runtime","created_at":"2026-11-30T12:00:00Z","expires_at":null}""",
            async portal => (await portal.RotateApiKeyAsync("key_1", new() { OverlapHours = 2 })).Id, "key_3"),
        Call("PUT", "/portal/products/PRO", """{"mode":"test","name":"Pro","kind":"subscription","stripe_price_id":"price_1"}""", Product,
            async portal => (await portal.ReplaceProductAsync("PRO", new() { Mode = "test", Name = "Pro", Kind = "subscription", StripePriceId = "price_1" })).Id, "prd_1"),
        Call("PATCH", "/portal/products/prd_1", """{"name":"Pro"}""", Product, async portal => (await portal.ChangeProductAsync("prd_1", new() { Name = "Pro" })).Name, "Pro"),
        Done("/portal/products/prd_1", portal => portal.DeleteProductAsync("prd_1")),
        Call("GET", "/portal/test-clock", "", TestClock, async portal => (await portal.GetTestClockAsync()).IsSet, true),
        Call("PUT", "/portal/test-clock", """{"advance_seconds":60}""", TestClock, async portal => (await portal.MoveTestClockAsync(new() { AdvanceSeconds = 60 })).OffsetSeconds, 60L),
        Call("DELETE", "/portal/test-clock", "", TestClock, async portal => (await portal.ResetTestClockAsync()).OffsetSeconds, 60L),
        Call("POST", "/portal/stripe/catch-up?mode=test", "", """{"mode":"test","since":"2026-11-30T12:00:00Z","through":"2026-11-30T13:00:00Z","listed":5,"missed":2,"complete":true}""",
            async portal => (await portal.CatchUpStripeAsync("test")).Missed, 2L),
        Call("POST", "/portal/stripe/reconcile?mode=live", """{"dry_run":false,"cursor":"c1"}""",
            """{"mode":"live","dry_run":false,"phase":"refunds","checked":9,"repaired":1,"data":[{"kind":"refund_unknown","object_id":"re_1","subject_ref":"u","entitlement_id":"ent_1","here":null,"at_stripe":"x","repair":"y","repaired":true}],"next_cursor":"c2"}""",
            async portal => (await portal.ReconcileStripeAsync("live", new() { DryRun = false, Cursor = "c1" })).Data[0].Kind, "refund_unknown"),
        Call("POST", "/portal/stripe/import?mode=test", """{"subject_metadata_key":"user_id","by_email":true}""",
            """{"mode":"test","dry_run":true,"checked":3,"imported":0,"data":[{"subscription_id":"sub_1","customer_id":"cus_1","subject_ref":"u","found_by":"email","right":"PRO active","outcome":"importable"}],"next_cursor":null}""",
            async portal => (await portal.ImportStripeAsync("test", new() { SubjectMetadataKey = "user_id", ByEmail = true })).Data[0].Outcome, "importable"),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task Each_route_has_its_verb_address_body_and_answer(
        string method, string target, string body, string answer, Func<ILicenzyPortalClient, Task<object?>> call, object expected)
    {
        await using var stub = await Stub.StartAsync(answer.Length > 0 ? Answers.Json(answer) : Answers.Nothing);
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

    [Test]
    public async Task A_delete_is_not_repeated_by_itself_and_its_refusal_is_told()
    {
        await using var stub = await Stub.StartAsync(Answers.Problem(503, "unavailable"));
        using var portal = Clients.PortalOf(stub);

        var refused = Assert.ThrowsAsync<LicenzyApiException>(() => portal.DeleteProductAsync("prd_1"));
        Assert.That((refused!.Code, refused.RequestId), Is.EqualTo(("unavailable", "req_7")));
        Assert.That(stub.Heard, Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("..")]
    public async Task An_id_that_would_lead_elsewhere_is_refused_here(string id)
    {
        await using var stub = await Stub.StartAsync(Answers.Nothing);
        using var portal = Clients.PortalOf(stub);

        Assert.Throws<ArgumentException>(() => portal.DeleteProductAsync(id));
        Assert.That(stub.Heard, Is.Empty);
    }

    [Test]
    public async Task An_id_is_one_segment_whatever_it_holds()
    {
        await using var stub = await Stub.StartAsync(Answers.Nothing);
        using var portal = Clients.PortalOf(stub);

        await portal.DeleteProductAsync("a/../b?c");
        Assert.That(stub.Heard.Single().Target, Is.EqualTo("/portal/products/a%2F..%2Fb%3Fc"));
    }

    private static TestCaseData Call(string method, string target, string body, string answer, Func<ILicenzyPortalClient, Task<object?>> call, object expected) =>
        new TestCaseData(method, target, body, answer, call, expected).SetArgDisplayNames(method, target);

    private static TestCaseData Done(string target, Func<ILicenzyPortalClient, Task> call) => Call("DELETE", target, "", "", async portal =>
    {
        await call(portal);
        return "done";
    }, "done");
}
