using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

/// <summary>Routes about customers, and the workspace they are asked of.</summary>
public sealed class PortalCustomerRoutes
{
    private const string Right = """{"id":"ent_1","subject_ref":"a/b","product_code":"PACK","kind":"usage_pack","status":"revoked","status_cause":"operator","available":false,"availability_reason":"revoked","units_granted":10,"usage_remaining":7,"quantity":1,"source":"portal","starts_at":"2026-11-30T12:00:00Z","expires_at":null,"current_period_end":null,"cancel_at_period_end":false,"grace_period_ends_at":null,"features":{},"stripe_checkout_session_id":null,"stripe_payment_intent_id":null,"stripe_subscription_id":null,"created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}""";
    private const string Summary = """{"subject_ref":"a/b","has_access":false,"status":"revoked","reason":"revoked","version":2,"stripe_customer_id":"cus_1","created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}""";
    private const string Customer = $$$"""
        {"subject_ref":"a/b","version":2,"stripe_customer_id":null,"created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z",
        "decision":{"allowed":false,"reason":"revoked","status":"revoked","entitlement_id":"ent_1","decided_at":"2026-11-30T12:00:00Z","next_change_at":null},
        "entitlements":{"data":[{{{Right}}}],"truncated":false},
        "history":{"data":[{"version":2,"at":"2026-11-30T12:00:00Z","reason":"manual_revoke","source":"portal","cause_id":"ent_1","actor":"key_1","note":"fraud","entitlement_id":"ent_1","product_code":"PACK","status":"revoked","usage_remaining":7}],"truncated":true},
        "checkout_attempts":{"data":[{"attempt_id":"att_1","product_code":"PACK","quantity":1,"status":"expired","entitlement_id":null,"stripe_checkout_session_id":null,"stripe_price_id":"price_1","expires_at":"2026-11-30T12:00:00Z","created_at":"2026-11-30T12:00:00Z","updated_at":"2026-11-30T12:00:00Z"}],"truncated":false},
        "usage":{"data":[{"at":"2026-11-30T12:00:00Z","kind":"consume","amount":3,"units":-3,"balance_after":7,"entitlement_id":"ent_1","cause_id":"use_1","actor":"key_2","request_id":"req_1"}],"truncated":false},
        "deliveries":{"data":[],"truncated":false}}
        """;

    private static readonly TestCaseData[] Calls =
    [
        Call("GET", "/portal/customers?mode=test", "", $$"""{"data":[{{Summary}}],"next_cursor":"c2"}""",
            async portal => (await portal.ListCustomersAsync("test")).Data[0].StripeCustomerId, "cus_1"),
        Call("GET", "/portal/customers?query=a%20%26b&mode=live&limit=5&cursor=c1", "", """{"data":[],"next_cursor":null}""",
            async portal => (await portal.ListCustomersAsync("live", "a &b", 5, "c1")).Data.Count, 0),
        Call("GET", "/portal/customers/a%2Fb?mode=live", "", Customer, async portal => (await portal.GetCustomerAsync("a/b", "live")).History.Data[0].Note, "fraud"),
        Call("GET", "/portal/customers?subject_ref=..&mode=test", "", Customer, async portal => (await portal.GetCustomerAsync("..", "test")).Usage.Data[0].Units, -3),
        Call("POST", "/portal/customers/a%2Fb/grants/ent_1/revoke?mode=test", """{"reason":"fraud"}""", Right,
            async portal => (await portal.RevokeGrantAsync("a/b", "ent_1", "test", new() { Reason = "fraud" })).Status, "revoked"),
        Call("POST", "/portal/customers/a%2Fb/usage-adjustments?mode=live", """{"entitlement_id":"ent_1","units":-3,"reason":"counted twice"}""", Right,
            async portal => (await portal.AdjustUsageAsync("a/b", "live", new() { EntitlementId = "ent_1", Units = -3, Reason = "counted twice" })).UsageRemaining, 7),
        Call("GET", "/portal/ledger/verify?mode=live&limit=5&cursor=c1", "",
            """{"subjects":1,"entitlements":2,"data":[{"subject_ref":"a/b","mode":"live","entitlement_id":"ent_1","kind":"balance","recorded":41,"computed":40}],"next_cursor":null}""",
            async portal => (await portal.VerifyLedgerAsync("live", 5, "c1")).Data[0].Computed, 40),
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
            Assert.That(heard.Headers["Idempotency-Key"].ToString(), Does.Match(method == "POST" ? "^[0-9a-f]{32}$" : "^$"));
            Assert.That(heard.Headers.ContainsKey("X-Workspace"), Is.False);
        });
    }

    [TestCase(null, "")]
    [TestCase("", "")]
    [TestCase("ws_1", "ws_1")]
    public async Task The_workspace_that_is_set_is_asked_for(string? workspace, string sent)
    {
        await using var stub = await Stub.StartAsync(Answers.Json("""{"data":[],"next_cursor":null}"""));
        using var portal = LicenzyPortalClient.Create(new() { BaseAddress = stub.Address, AdminKey = Clients.AdminKey, Workspace = workspace });

        await portal.ListCustomersAsync("test");

        Assert.That(stub.Heard.Single().Headers["X-Workspace"].ToString(), Is.EqualTo(sent));
    }

    [TestCase("Default")]
    [TestCase("ws_1\nX-Admin: yes")]
    public void A_workspace_that_is_none_is_refused_by_name(string workspace) => Assert.That(
        () => LicenzyPortalClient.Create(new() { BaseAddress = new("https://licenzy.example"), AdminKey = Clients.AdminKey, Workspace = workspace }),
        Throws.InstanceOf<Microsoft.Extensions.Options.OptionsValidationException>().With.Message.Contains("Licenzy:Workspace is not a workspace's id"));
}
