using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>Whatever is sent, the answer is a documented "no" that names the culprit, and nothing has changed.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HostileBodyTests(Engine engine) : ServerFixture(engine)
{
    private const string Keyed = "Idempotency-Key: hostile";
    private const string Hook = """{"url":"https://93.184.216.34/licenzy","event_types":["usage.consumed"],"description":"hostile","enabled":true}""";

    private static readonly Dictionary<string, string> Valid = new()
    {
        ["POST /v1/access/check"] = """{"subject_ref":"user_hostile"}""",
        ["POST /v1/checkout/session"] = """{"subject_ref":"user_hostile","product_code":"PACK1000"}""",
        ["POST /v1/billing-portal/session"] = """{"subject_ref":"user_hostile","return_url":"https://shop.example/me"}""",
        ["POST /v1/usage/consume"] = """{"subject_ref":"user_hostile","units":1}""",
        ["POST /v1/usage/hold"] = """{"subject_ref":"user_hostile","units":1,"expires_in_seconds":60}""",
        ["POST /v1/usage/hold/{id}/commit"] = """{"units":1}""",
        ["POST /v1/usage/reverse"] = """{"consumption_id":"CONSUMPTION","units":1}""",
        ["POST /portal/products"] = """{"mode":"test","product_code":"NEW","name":"New","kind":"usage_pack","stripe_price_id":"price_new","units":5}""",
        ["POST /portal/api-keys"] = """{"mode":"test","name":"new"}""",
        ["PUT /portal/products/{product_code}"] = """{"mode":"test","name":"Replaced","kind":"usage_pack","stripe_price_id":"price_pack1000","units":1000}""",
        ["PATCH /portal/products/{id}"] = """{"name":"Changed"}""",
        ["POST /portal/api-keys/{id}/rotate"] = """{"overlap_hours":1}""",
        ["POST /portal/admin-keys"] = """{"name":"new"}""",
        ["POST /portal/workspaces"] = """{"name":"new"}""",
        ["POST /portal/operators"] = """{"email":"new@example.com","password":"long enough password"}""",
        ["POST /portal/session"] = """{"email":"visitor@example.com","password":"long enough password"}""",
        ["POST /portal/password"] = """{"current":"long enough password","new":"another good password"}""",
        ["PUT /portal/test-clock"] = """{"advance_seconds":1}""",
        // Before the connection gets a key that Stripe does not know.
        ["POST /portal/stripe/events/{id}/link"] = """{"subject_ref":"user_hostile"}""",
        ["POST /portal/stripe/reconcile"] = """{"dry_run":true}""",
        ["POST /portal/stripe/import"] = """{"dry_run":true,"subject_metadata_key":"user_id"}""",
        ["PUT /portal/stripe/connection"] = """{"mode":"test","secret_key":"sk_test_hostile_bodies","verify":false}""",
        ["POST /portal/stripe/connection"] = """{"mode":"test","secret_key":"sk_test_hostile_bodies","verify":false}""",
        ["POST /portal/customers/{subject_ref}/grants"] = """{"product_code":"PACK1000","reason":"a test"}""",
        ["POST /portal/customers/{subject_ref}/grants/{entitlement_id}/revoke"] = """{"reason":"a test"}""",
        ["PUT /v1/webhooks/endpoint"] = Hook,
        ["POST /v1/webhooks/endpoint"] = Hook,
        ["POST /v1/webhooks/endpoint/rotate-secret"] = """{"overlap_hours":1}""",
        ["POST /v1/webhooks/outbound/requeue-dead"] = """{"limit":5,"type":"usage.consumed","since":"2026-08-01T12:00:00Z"}""",
        ["PUT /portal/webhooks/endpoint"] = Hook,
        ["POST /portal/webhooks/endpoint"] = Hook,
        ["POST /portal/webhooks/endpoint/rotate-secret"] = """{"overlap_hours":1}""",
        ["POST /portal/webhooks/outbound/requeue-dead"] = """{"limit":5,"type":"usage.consumed","since":"2026-08-01T12:00:00Z"}""",
        ["POST /portal/customers/{subject_ref}/usage-adjustments"] = """{"entitlement_id":"ENTITLEMENT","units":5,"reason":"a test"}""",
    };

    // A check takes no effect that a key could guard; a repeated sign-in is a second session, and a kept cookie would be a leak.
    private static readonly string[] Unkeyed = ["POST /v1/access/check", "POST /portal/session"];

    private readonly Dictionary<string, string> _ids = [];
    private string _balance = "";
    private string _consumption = "";
    private string _revocable = "";
    private JsonNode _document = null!;
    private Browser _browser = null!;

    private static IEnumerable<string> Routes => Valid.Keys;

    [OneTimeSetUp]
    public async Task Read_the_document()
    {
        _document = (await Runtime.GetAsync("/openapi/v1.json")).Json;
        await Stripe.PayAsync((await CheckoutAsync("user_hostile", "PACK1000")).Url);
        (_balance, _revocable) = (await RightAsync(), await RightAsync());
        _consumption = (string)(await ConsumeAsync("user_hostile", 1)).Json["consumption_id"]!;
        _ids["/v1/usage/hold"] = (string)(await Runtime.PostAsync("/v1/usage/hold", new JsonObject { ["subject_ref"] = "user_hostile", ["units"] = 1 })).Json["hold_id"]!;
        Stripe.AddPrice("price_new", 100);
        _ids["/portal/products"] = (string)(await Portal.GetAsync("/portal/products?limit=1")).Json["data"]![0]!["id"]!;
        _ids["/portal/api-keys"] = (string)(await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "turns" })).Json["id"]!;
        await Stripe.SellAsync("price_pro", "subscription");
        _ids["/portal/stripe/events"] = (string)(await Portal.GetAsync("/portal/stripe/events?status=unmatched&type=customer.subscription.updated")).Json["data"]![0]!["id"]!;
        Assert.That((await Portal.PostAsync("/portal/webhooks/endpoint", JsonNode.Parse(Hook)!)).Status, Is.EqualTo(200));
        foreach (var email in new[] { "visitor@example.com", "changer@example.com" })
            Assert.That((await Portal.PostAsync("/portal/operators", new JsonObject { ["email"] = email, ["password"] = "long enough password" })).Status, Is.EqualTo(201));
        _browser = new Browser(Server.BaseAddress, await Portal.PostAsync("/portal/session", new JsonObject { ["email"] = "changer@example.com", ["password"] = "long enough password" }));
    }

    [OneTimeTearDown]
    public void CloseBrowser() => _browser.Dispose();

    [Test]
    public void Every_route_with_a_body_is_tried()
    {
        var documented =
            from path in _document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Value!["requestBody"] is not null
            select $"{operation.Key.ToUpperInvariant()} {path.Key}";
        Assert.That(Valid.Keys, Is.EquivalentTo(documented));
        Assert.That(Rows.Forgotten(), Is.Empty, "tables that are not counted");
    }

    [TestCaseSource(nameof(Routes))]
    public async Task Nothing_hostile_gets_in(string route)
    {
        var valid = JsonNode.Parse(Body(route))!.AsObject();
        var before = await Rows.CountsAsync(Server);
        HostileInput[] inputs =
        [
            .. HostileInput.Bodies(valid), .. HostileInput.Heads(valid), .. HostileInput.Members(valid, Schema(route)),
            .. route.StartsWith("POST", StringComparison.Ordinal) && !Unkeyed.Contains(route) ? HostileInput.Keys(valid) : [],
        ];
        // No overlap is a right one: the old key ends now. So is a unit to be taken.
        inputs = [.. inputs.Where(input => input.Name != "overlap_hours = 0" && !(input.Name == "units = -1" && route.EndsWith("/usage-adjustments", StringComparison.Ordinal)))];

        // Where nothing is required, nothing need be said.
        inputs = [.. inputs.Where(input => input.Body.Length > 0 || IsBodyRequired(route))];

        var wrong = new List<string>();
        foreach (var input in inputs)
        {
            var answer = await SendAsync(route, input);
            if (Wrong(route, input, answer) is { } what)
                wrong.Add($"{input.Name}: {what}: {answer.Status} {answer.Text}");
        }

        Assert.That(wrong, Is.Empty);
        TestContext.Out.WriteLine($"{inputs.Length} inputs: {route}");
        Assert.That(inputs, Has.Length.GreaterThanOrEqualTo(40));
        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before), "something changed");
    }

    [TestCaseSource(nameof(Routes))]
    public async Task The_body_that_all_others_are_made_of_is_right(string route)
    {
        var (method, path) = Split(route);
        var answer = await RawHttp.SendAsync(
            Server, method, path, [.. Authorization(path), "Content-Type: application/json; charset=\"UTF-8\"", Keyed], System.Text.Encoding.UTF8.GetBytes(Body(route)));

        Assert.That(answer.Status, Is.AnyOf(200, 201, 204), answer.Text);
    }

    private Task<RawAnswer> SendAsync(string route, HostileInput input)
    {
        var (method, path) = Split(route);
        string[] headers = [.. Authorization(path), "X-Request-ID: bad id", .. input.Headers];
        return RawHttp.SendAsync(
            Server, method, path, headers.Any(header => header.StartsWith("Idempotency-Key", StringComparison.Ordinal)) ? headers : [.. headers, Keyed], input.Body);
    }

    // What is wrong with the answer; nothing is, where it is the documented refusal that names the member to blame.
    private string? Wrong(string route, HostileInput input, RawAnswer answer)
    {
        if (answer.Status != input.Status || !Documented(route).Contains($"{answer.Status}"))
            return $"not a documented {input.Status}";
        if (!answer.Headers.TryGetValue("Content-Type", out var type) || type != "application/problem+json")
            return "no problem details";

        var (error, id) = ((string?)answer.Json["error"], (string?)answer.Json["request_id"]);
        string[] errors = input switch
        {
            { Status: 413 } => ["payload_too_large"],
            { Status: 415 } => ["unsupported_media_type"],
            { Field: null } => ["invalid_json", "invalid_request"],
            _ => ["invalid_request"],
        };
        var fields = answer.Json["errors"]?.AsArray().Select(one => ((string)one!["field"]!).Split('.', '[')[0]) ?? [];
        return !errors.Contains(error) ? "another error"
            : id?.StartsWith("req_", StringComparison.Ordinal) != true || id != answer.Headers["X-Request-ID"] ? "not our request id"
            : input.Field is { } field && !fields.Contains(field) ? $"{field} is not named"
            : new[] { "System.", "Licenzy.", "SQLite", "Npgsql", "   at " }.Any(answer.Text.Contains) ? "tells how it is made"
            : null;
    }

    private JsonObject Schema(string route)
    {
        var (method, path) = (route.Split(' ')[0].ToLowerInvariant(), route.Split(' ')[1]);
        var schema = _document["paths"]![path]![method]!["requestBody"]!["content"]!["application/json"]!["schema"]!.AsObject();
        return (string?)schema["$ref"] is { } reference ? _document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject() : schema;
    }

    private bool IsBodyRequired(string route) => (bool?)_document["paths"]![route.Split(' ')[1]]![route.Split(' ')[0].ToLowerInvariant()]!["requestBody"]!["required"] == true;

    private IEnumerable<string> Documented(string route) =>
        _document["paths"]![route.Split(' ')[1]]![route.Split(' ')[0].ToLowerInvariant()]!["responses"]!.AsObject().Select(answer => answer.Key);

    private (string Method, string Path) Split(string route)
    {
        var path = route.Split(' ')[1];
        var id = _ids.FirstOrDefault(known => path.StartsWith(known.Key, StringComparison.Ordinal)).Value;
        return (route.Split(' ')[0], path.Replace("{subject_ref}", "user_hostile", StringComparison.Ordinal)
            .Replace("{product_code}", "PACK1000", StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{entitlement_id}", _revocable, StringComparison.Ordinal));
    }

    private string Body(string route) => Valid[route].Replace("ENTITLEMENT", _balance, StringComparison.Ordinal).Replace("CONSUMPTION", _consumption, StringComparison.Ordinal);

    private async Task<string> RightAsync()
    {
        var granted = await GrantAsync("user_hostile", "PACK1000");
        Assert.That(granted.Status, Is.EqualTo(201), granted.Text);
        return (string)granted.Json["id"]!;
    }

    // An admin key has no password to change.
    private string[] Authorization(string path) => path == "/portal/password"
        ? [$"Cookie: {_browser.Cookie.Split(';')[0]}", $"X-CSRF-Token: {_browser.Csrf}"]
        : [$"Authorization: Bearer {(path.StartsWith("/portal", StringComparison.Ordinal) ? Server.AdminKey : Server.TestKey)}"];
}
