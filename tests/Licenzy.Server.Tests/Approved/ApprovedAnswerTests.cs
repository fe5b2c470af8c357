using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Domain;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.OutboundWebhooks;

namespace Licenzy.Server.Tests.Approved;

/// <summary>Answers as their bytes are, beside documents that were typed from the contract and not copied from the server.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ApprovedAnswerTests(Engine engine) : ServerFixture(engine)
{
    private static readonly Case[] Cases =
    [
        new("access-check.allowed", 200, "POST /v1/access/check", """{"subject_ref":"user_123"}"""),
        new("access-check.denied", 200, "POST /v1/access/check", """{"subject_ref":"user_456"}"""),
        new("customer-access.subscription", 200, "GET /v1/customer/access/user_123"),
        new("customer-access.subscription", 200, "GET /v1/customer/access?subject_ref=user_123"),
        new("customer-access.example", 200, "GET /v1/customer/access/user_123") { MayHaveMore = true },
        new("customer-access.nobody", 200, "GET /v1/customer/access/user_456"),
        new("entitlements.subscription", 200, "GET /v1/entitlements/user_123"),
        new("entitlements.subscription", 200, "GET /v1/entitlements?subject_ref=user_123&status=active"),
        new("entitlements.given", 200, "GET /v1/entitlements/user_789?limit=1"),
        new("entitlements.nobody", 200, "GET /v1/entitlements/user_456"),
        new("usage-consume.taken", 200, "POST /v1/usage/consume", """{"subject_ref":"user_consumes","units":100}"""),
        new("usage-consume.insufficient", 409, "POST /v1/usage/consume", """{"subject_ref":"user_456","units":1}"""),
        new("checkout-session.created", 201, "POST /v1/checkout/session", """{"subject_ref":"user_buys","product_code":"PRO_MONTHLY"}"""),
        new("products", 200, "GET /v1/products?limit=3"),
        new("webhook-endpoint", 200, "GET /v1/webhooks/endpoint"),
        new("webhook-endpoint", 200, "GET /portal/webhooks/endpoint"),
        new("webhook-endpoint", 200, "PUT /v1/webhooks/endpoint", """{"url":"https://93.184.216.34/licenzy","event_types":["entitlement.updated","usage.consumed"]}"""),
        new("webhook-endpoint.made", 200, "POST /portal/webhooks/endpoint?mode=live", """{"url":"https://93.184.216.34/licenzy"}"""),
        new("webhook-endpoint.rotated", 200, "POST /v1/webhooks/endpoint/rotate-secret", """{"overlap_hours":48}"""),
        new("webhook-deliveries", 200, "GET /v1/webhooks/outbound?status=dead"),
        new("webhook-deliveries", 200, "GET /portal/webhooks/outbound?type=entitlement.expired&status=dead&mode=test&limit=1"),
        new("webhook-delivery", 200, "GET /v1/webhooks/outbound/DELIVERY"),
        new("webhook-delivery.resent", 201, "POST /v1/webhooks/outbound/DELIVERY/resend"),
        new("webhook-requeue-dead", 200, "POST /v1/webhooks/outbound/requeue-dead", """{"type":"license.revoked"}"""),
        new("problem.409-requeue", 409, "POST /v1/webhooks/outbound/SENT/requeue"),
        new("portal-me", 200, "GET /portal/me"),
        new("portal-account-subscription", 200, "GET /portal/account/subscription"),
        new("portal-stripe-connection", 200, "GET /portal/stripe/connection"),
        new("portal-api-keys.created", 201, "POST /portal/api-keys", """{"mode":"test","name":"Backend"}"""),
        new("portal-api-keys.listed", 200, "GET /portal/api-keys?limit=1"),
        new("problem.400-json", 400, "POST /v1/access/check", "{"),
        new("problem.400-member", 400, "POST /v1/access/check", """{"subject_ref":"user_123","product_code":"PRO_MONTHLY"}"""),
        new("problem.401-missing", 401, "GET /v1/products") { Key = "" },
        new("problem.401-invalid", 401, "GET /v1/products") { Key = "lz_test_no_such_key" },
        new("problem.403", 403, "GET /portal/me") { Key = "runtime" },
        new("problem.404", 404, "GET /v1/nothing"),
        new("problem.404-product", 404, "POST /v1/checkout/session", """{"subject_ref":"user_123","product_code":"NOTHING"}"""),
        new("problem.405", 405, "DELETE /v1/access/check"),
        new("problem.413", 413, "POST /v1/access/check", new string(' ', 65_537)),
        new("problem.415", 415, "POST /v1/access/check", """{"subject_ref":"user_123"}""") { ContentType = "text/plain" },
    ];

    private string _dead = "";
    private string _sent = "";

    private static IEnumerable<TestCaseData> Answers => Cases.Select(one => new TestCaseData(one).SetArgDisplayNames(one.Document, one.Route));

    [OneTimeSetUp]
    public async Task Bring_the_customers_about()
    {
        Stripe.AddPrice("price_monthly", 2000, recurring: true);
        Assert.That((await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PRO_MONTHLY", ["name"] = "Pro, monthly", ["kind"] = "subscription", ["stripe_price_id"] = "price_monthly", ["units"] = 1000,
        })).Status, Is.EqualTo(201));
        await Stripe.PayAsync((await CheckoutAsync("user_123", "PRO_MONTHLY")).Url);
        await ConsumeAsync("user_123", 100);
        foreach (var subject in new[] { "user_consumes", "user_789", "user_789" })
            Assert.That((await GrantAsync(subject, "PACK1000")).Status, Is.EqualTo(201));
        Assert.That((await Runtime.PostAsync("/v1/webhooks/endpoint", JsonNode.Parse("""{"url":"https://93.184.216.34/licenzy","event_types":["entitlement.updated","usage.consumed"]}""")!)).Status, Is.EqualTo(200));
        var scope = new Scope((string)(await Portal.GetAsync("/portal/me")).Json["workspace"]!["id"]!, Mode.Test);
        _sent = await HookTenant.AddAsync(Server, scope, new DeliveryShape("sent", "entitlement.updated", "user_123", Start));
        _dead = await HookTenant.AddAsync(Server, scope, new DeliveryShape("dead", "entitlement.expired", "user_123", Start));
        // So that the newest key of the list was never used, and there is a next page.
        Assert.That((await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "Unused" })).Status, Is.EqualTo(201));
    }

    [TestCaseSource(nameof(Answers))]
    public async Task An_answer_is_what_the_contract_shows(object shown)
    {
        var one = (Case)shown;
        var (method, target) = (one.Route.Split(' ')[0], one.Route.Split(' ')[1].Replace("DELIVERY", _dead, StringComparison.Ordinal).Replace("SENT", _sent, StringComparison.Ordinal));
        var key = one.Key ?? (target.StartsWith("/portal", StringComparison.Ordinal) ? Server.AdminKey : Server.TestKey);
        string[] headers =
        [
            .. key.Length == 0 ? Array.Empty<string>() : [$"Authorization: Bearer {(key == "runtime" ? Server.TestKey : key)}"],
            .. one.Body is null ? Array.Empty<string>() : [$"Content-Type: {one.ContentType}", $"Idempotency-Key: {Wire.NewKey()}"],
        ];

        var answer = await RawHttp.SendAsync(Server, method, target, headers, one.Body is null ? null : Encoding.UTF8.GetBytes(one.Body));

        Assert.That(answer.Status, Is.EqualTo(one.Status), answer.Text);
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo(one.Status < 400 ? "application/json" : "application/problem+json"));
        Assert.That(AnswerShape.Differences(Read(one.Document), answer.Text, one.MayHaveMore), Is.Empty, answer.Text);
    }

    [Test]
    public void Every_document_is_compared() => Assert.That(
        typeof(ApprovedAnswerTests).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Approved/", StringComparison.Ordinal)).Select(name => name["Approved/".Length..^".json".Length]),
        Is.EquivalentTo(Cases.Select(one => one.Document).Distinct()));

    private static string Read(string document)
    {
        using var stream = typeof(ApprovedAnswerTests).Assembly.GetManifestResourceStream($"Approved/{document}.json")
            ?? throw new InvalidOperationException($"There is no tests/Licenzy.Server.Tests/Approved/{document}.json.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <param name="Document">The file that shows the answer.</param>
    /// <param name="Status">Its status.</param>
    /// <param name="Route">Method and target.</param>
    /// <param name="Body">What is sent.</param>
    private sealed record Case(string Document, int Status, string Route, string? Body = null)
    {
        /// <summary>Instead of the key that fits; empty for none.</summary>
        public string? Key { get; init; }

        public string ContentType { get; init; } = "application/json";

        /// <summary>The document is a shortened example: other members may stand beside its own.</summary>
        public bool MayHaveMore { get; init; }
    }
}
