using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.OutboundWebhooks;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Portal;

/// <summary>An id of another workspace or account is answered like one that is not there, and nothing happens to what it names (SECURITY T6, T22).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ForeignIdTests(Engine engine) : ServerFixture(engine)
{
    private const string Product = """{"mode":"test","name":"Taken over","kind":"usage_pack","stripe_price_id":"price_theirs","units":9}""";

    // Route, body, an id that nobody has.
    private static readonly TestCaseData[] Routes =
    [
        Route("POST", "/portal/api-keys/{id}/revoke", null, "key"),
        Route("POST", "/portal/api-keys/{id}/rotate", "{}", "key"),
        Route("PUT", "/portal/products/{product_code}", Product, null),
        Route("PATCH", "/portal/products/{id}", """{"name":"Taken over"}""", "prd"),
        Route("DELETE", "/portal/products/{id}", null, "prd"),
        Route("GET", "/portal/stripe/events/{id}", null, "evt"),
        Route("POST", "/portal/stripe/events/{id}/replay", null, "evt"),
        Route("POST", "/portal/stripe/events/{id}/link", """{"subject_ref":"user_1"}""", "evt"),
        Route("DELETE", "/portal/admin-keys/{id}", null, "key"),
        Route("DELETE", "/portal/operators/{id}", null, "opr"),
        Route("DELETE", "/portal/workspaces/{id}", null, "ws"),
        Route("POST", "/portal/workspaces/{id}/suspend", null, "ws"),
        Route("POST", "/portal/workspaces/{id}/resume", null, "ws"),
        Route("POST", "/portal/customers/{subject_ref}/grants/{entitlement_id}/revoke", """{"reason":"Taken over"}""", "ent"),
        Route("POST", "/portal/customers/{subject_ref}/usage-adjustments", """{"entitlement_id":"{entitlement_id}","units":1,"reason":"Taken over"}""", "ent"),
        Route("GET", "/portal/customers/{subject_ref}", null, "ent"),
        Route("GET", "/portal/webhooks/outbound/{id}", null, "dlv"),
        Route("POST", "/portal/webhooks/outbound/{id}/requeue", null, "dlv"),
        Route("POST", "/portal/webhooks/outbound/{id}/resend", null, "dlv"),
    ];

    private readonly Dictionary<string, string> _theirs = [];
    private OtherWorkspace _other = null!;

    [OneTimeSetUp]
    public async Task Fill_another_workspace_and_another_account()
    {
        _other = await OtherWorkspace.MakeAsync(Server);
        Stripe.AddPrice("price_theirs", 100);
        var product = await _other.Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "THEIRS", ["name"] = "Theirs", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_theirs", ["units"] = 5,
        });
        Assert.That(product.Status, Is.EqualTo(201), product.Text);
        _theirs["/portal/products"] = (string)product.Json["id"]!;
        _theirs["/portal/api-keys"] = (string)(await _other.KeyAsync())["id"]!;
        var right = await _other.Portal.PostAsync("/portal/customers/THEIRS/grants", new JsonObject { ["product_code"] = "THEIRS", ["reason"] = "a test" });
        Assert.That(right.Status, Is.EqualTo(201), right.Text);
        _theirs["/portal/customers"] = (string)right.Json["id"]!;
        _theirs["/portal/stripe/events"] = await EventAsync();
        _theirs["/portal/webhooks/outbound"] = await HookTenant.AddAsync(Server, new Scope(_other.Id, Mode.Test), new DeliveryShape("dead", "entitlement.updated", "THEIRS", Start));
        await AddAccountAsync();
    }

    // An event over the other workspace's own connection.
    private async Task<string> EventAsync()
    {
        var connection = await _other.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = "test", ["secret_key"] = "sk_test_theirs_0000", ["webhook_secret"] = "whsec_theirs_0000", ["verify"] = false,
        });
        var made = new StripeSample().Event("customer.subscription.updated", new StripeEventOptions { Created = Clock.GetUtcNow() });
        var payload = Encoding.UTF8.GetBytes(made.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, (string)connection.Json["webhook_url"]!) { Content = new ByteArrayContent(payload) };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", StripeSignature.Sign(payload, "whsec_theirs_0000", Clock.GetUtcNow()));
        Assert.That((await Portal.SendAsync(request)).Status, Is.EqualTo(200));
        return (string)made["id"]!;
    }

    [OneTimeTearDown]
    public void Leave() => _other.Dispose();

    [TestCaseSource(nameof(Routes))]
    [Spec("PATCH /portal/products/{id}", "another workspace's id is answered like an unknown one")]
    [Spec("DELETE /portal/products/{id}", "another workspace's id is answered like an unknown one")]
    [Spec("PUT /portal/products/{product_code}", "another workspace's code is answered like an unknown one")]
    [Spec("POST /portal/api-keys/{id}/revoke", "another workspace's id is answered like an unknown one")]
    [Spec("POST /portal/api-keys/{id}/rotate", "another workspace's id is answered like an unknown one")]
    [Spec("GET /portal/stripe/events/{id}", "another workspace's id is answered like an unknown one")]
    [Spec("POST /portal/stripe/events/{id}/replay", "another workspace's id is answered like an unknown one")]
    [Spec("POST /portal/stripe/events/{id}/link", "another workspace's id is answered like an unknown one")]
    [Spec("DELETE /portal/admin-keys/{id}", "another account's id is answered like an unknown one")]
    [Spec("DELETE /portal/operators/{id}", "another account's id is answered like an unknown one")]
    [Spec("DELETE /portal/workspaces/{id}", "another account's id is answered like an unknown one")]
    [Spec("POST /portal/workspaces/{id}/suspend", "another account's id is answered like an unknown one")]
    [Spec("POST /portal/workspaces/{id}/resume", "another account's id is answered like an unknown one")]
    [Spec("POST /portal/customers/{subject_ref}/grants/{entitlement_id}/revoke", "another workspace's right is answered like an unknown one")]
    [Spec("POST /portal/customers/{subject_ref}/usage-adjustments", "another workspace's right is answered like an unknown one")]
    [Spec("GET /portal/customers/{subject_ref}", "another workspace's subject is answered like an unknown one")]
    [Spec("GET /portal/webhooks/outbound/{id}", "another workspace's id is answered like an unknown one")]
    [Spec("POST /portal/webhooks/outbound/{id}/requeue", "another workspace's id is answered like an unknown one")]
    [Spec("POST /portal/webhooks/outbound/{id}/resend", "another workspace's id is answered like an unknown one")]
    public async Task A_foreign_id_is_answered_like_an_unknown_one(string method, string route, string? body, string unknown)
    {
        var theirs = _theirs.FirstOrDefault(known => route.StartsWith(known.Key, StringComparison.Ordinal)).Value;
        var (rows, state) = (await Rows.CountsAsync(Server), await StateAsync());

        var foreign = await SendAsync(method, route, "THEIRS", theirs, body);
        var nobodys = await SendAsync(method, route, "NOBODY", unknown, body);

        Assert.That((foreign.Status, foreign.Error), Is.EqualTo((404, "not_found")), foreign.Text);
        Assert.That((foreign.Status, Masked(foreign), Names(foreign)), Is.EqualTo((nobodys.Status, Masked(nobodys), Names(nobodys))));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(rows));
        Assert.That(await StateAsync(), Is.EqualTo(state));
    }

    [Test]
    public async Task Every_route_with_an_id_is_tried()
    {
        var documented =
            from path in (await Runtime.GetAsync("/openapi/v1.json")).Json["paths"]!.AsObject()
            where path.Key.StartsWith("/portal/", StringComparison.Ordinal) && (path.Key.Contains("{id}") || path.Key.Contains("{product_code}") || path.Key.Contains("{subject_ref}"))
            from operation in path.Value!.AsObject()
            // A grant makes the subject it names.
            where !path.Key.EndsWith("/grants", StringComparison.Ordinal)
            select $"{operation.Key.ToUpperInvariant()} {path.Key}";
        Assert.That(Routes.Select(route => $"{route.Arguments[0]} {route.Arguments[1]}"), Is.EquivalentTo(documented));
    }

    [Test]
    [Spec("GET /portal/me", "X-Workspace of another account is answered like an unknown one")]
    public async Task Another_accounts_workspace_cannot_be_selected()
    {
        var (foreign, nobodys) = (await MeAsync(_theirs["/portal/workspaces"]), await MeAsync("ws_01J00000000000000000000000"));
        Assert.That((foreign.Status, Masked(foreign)), Is.EqualTo((404, Masked(nobodys))));
    }

    private static TestCaseData Route(string method, string route, string? body, string? prefix) =>
        new TestCaseData(method, route, body, $"{prefix}_01J00000000000000000000000").SetArgDisplayNames(method, route);

    private Task<Answer> SendAsync(string method, string route, string code, string id, string? body) => Portal.SendAsync(
        new HttpMethod(method), Filled(route, code, id), body is null ? null : Filled(body, code, id));

    private static string Filled(string text, string code, string id) => text
        .Replace("{product_code}", code, StringComparison.Ordinal).Replace("{subject_ref}", code, StringComparison.Ordinal)
        .Replace("{id}", id, StringComparison.Ordinal).Replace("{entitlement_id}", id, StringComparison.Ordinal);

    private async Task<Answer> MeAsync(string workspace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/portal/me");
        request.Headers.Add("X-Workspace", workspace);
        return await Portal.SendAsync(request);
    }

    // Everything of theirs that could have changed in place.
    private async Task<string> StateAsync() =>
        (await _other.Portal.GetAsync("/portal/customers/THEIRS")).Json["entitlements"]!.ToJsonString() + (await _other.Portal.GetAsync("/portal/products")).Text + (await _other.Portal.GetAsync("/portal/api-keys")).Text + (await _other.Portal.GetAsync("/portal/webhooks/outbound")).Text
        + await Rows.ValueAsync<string>(Server, "select w.id || coalesce(w.suspended_at, w.deleted_at, k.revoked_at, 0) from workspaces w join admin_keys k on k.account_id = w.account_id where w.account_id = 'acc_2'");

    // The portal has no way to make a second account on one's own server; a row has.
    private async Task AddAccountAsync()
    {
        (_theirs["/portal/workspaces"], _theirs["/portal/operators"], _theirs["/portal/admin-keys"]) =
            ("ws_02J00000000000000000000000", "opr_02J00000000000000000000000", "key_02J00000000000000000000000");
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                var now = Instant.Millis(Start);
                await WorkspaceStore.AddFirstAsync(session, "acc_2", _theirs["/portal/workspaces"], now);
                await WorkspaceStore.AddAdminKeyAsync(session, "acc_2", _theirs["/portal/admin-keys"], "theirs", KeyFormat.Generate(KeyKind.Admin), now);
                await OperatorStore.AddAsync(session, new OperatorRow(_theirs["/portal/operators"], "acc_2", "theirs@example.com", "no hash", now));
            },
            CancellationToken.None);
    }

    private static string Masked(Answer answer) => answer.Text.Replace((string)answer.Json["request_id"]!, "", StringComparison.Ordinal);

    private static string Names(Answer answer) => string.Join(",", answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal));
}
