using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Portal;

/// <summary>Rights given by hand, and who is asking.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class GrantTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /portal/customers/{subject_ref}/grants";

    [TestCase("PRO", "subscription", null, null)]
    [TestCase("PROPLUS", "subscription", 100, null)]
    [TestCase("PASS30", "time_pass", null, 30)]
    [TestCase("PACK1000", "usage_pack", 1000, null)]
    [Spec(Route, "201 with the right, at the product's terms")]
    public async Task Every_kind_can_be_given(string product, string kind, long? units, int? days)
    {
        var subject = NewSubject();

        var answer = await GrantAsync(subject, product);

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(((string)answer.Json["subject_ref"]!, (string)answer.Json["kind"]!, (string)answer.Json["source"]!), Is.EqualTo((subject, kind, "portal")));
        Assert.That(((long?)answer.Json["units_granted"], (long?)answer.Json["usage_remaining"]), Is.EqualTo((units, units)));
        Assert.That((string?)answer.Json["expires_at"], Is.EqualTo(days is { } lasts ? Wire.Time(Clock.GetUtcNow().AddDays(lasts)) : null));
        Assert.That(await AllowedAsync(subject), Is.True);
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from audit_log where target = @id", new { id = (string)answer.Json["id"]! }), Is.EqualTo(1));
    }

    [Test]
    [Spec(Route, "units and expires_at come before the product's own")]
    public async Task Own_units_and_end_are_taken()
    {
        var end = Clock.GetUtcNow().AddDays(3);
        var pack = await GrantAsync(NewSubject(), "PACK1000", new JsonObject { ["units"] = 7, ["expires_at"] = Wire.Time(end) });
        var pass = await GrantAsync(NewSubject(), "PASS30", new JsonObject { ["expires_at"] = Wire.Time(end) });

        Assert.That(((long)pack.Json["usage_remaining"]!, (string)pack.Json["expires_at"]!), Is.EqualTo((7L, Wire.Time(end))));
        Assert.That((string)pass.Json["expires_at"]!, Is.EqualTo(Wire.Time(end)));
    }

    [TestCase("PACK1000", "units", "0")]
    [TestCase("PACK1000", "units", "1000000001")]
    [TestCase("PASS30", "units", "5")]
    [TestCase("PRO", "units", "5")]
    [TestCase("PASS30", "expires_at", "\"2020-01-01T00:00:00Z\"")]
    [TestCase("PASS30", "expires_at", "\"tomorrow\"")]
    [Spec(Route, "units only where the product has them, expires_at in the future, reason required")]
    public async Task What_breaks_a_rule_is_refused_by_name(string product, string field, string value)
    {
        var subject = NewSubject();

        var answer = await GrantAsync(subject, product, new JsonObject { [field] = JsonNode.Parse(value) });

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
        Assert.That(await AllowedAsync(subject), Is.False);
    }

    [TestCase("\"\"")]
    [TestCase("\"a\\u0000b\"")]
    [TestCase("\"a\\nb\"")]
    public async Task A_reason_is_a_line_of_text(string reason)
    {
        var answer = await Portal.SendAsync(HttpMethod.Post, "/portal/customers/user_1/grants", $$"""{"product_code":"PRO","reason":{{reason}}}""");

        Assert.That((answer.Status, string.Join(",", answer.Fields)), Is.EqualTo((400, "reason")), answer.Text);
    }

    [Test]
    [Spec(Route, "404 product_not_found, in the other mode too")]
    public async Task An_unknown_product_is_not_found([Values("", "?mode=live")] string query)
    {
        var body = new JsonObject { ["product_code"] = query.Length == 0 ? "NONE" : "PRO", ["reason"] = "a test" };
        var answer = await Portal.PostAsync($"/portal/customers/user_1/grants{query}", body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "product_not_found")), answer.Text);
    }

    [Test]
    [Spec(Route, "with an Idempotency-Key a repeat gives nothing more; the key is of its subject's path")]
    public async Task A_repeat_gives_nothing_more()
    {
        var (one, other, key) = (NewSubject(), NewSubject(), Wire.NewKey());
        var body = new JsonObject { ["product_code"] = "PACK1000", ["reason"] = "a test" };

        var first = await Portal.PostAsync($"/portal/customers/{one}/grants", body, key);
        var again = await Portal.PostAsync($"/portal/customers/{one}/grants", body, key);
        var elsewhere = await Portal.PostAsync($"/portal/customers/{other}/grants", body, key);

        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((201, first.Text, "true")));
        Assert.That((await SummaryAsync(one))["entitlements"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((elsewhere.Status, elsewhere.Header("Idempotency-Replayed")), Is.EqualTo((201, (string?)null)));
    }

    [Test]
    public async Task Passes_beyond_the_calendar_end_with_it()
    {
        var subject = NewSubject();
        Stripe.AddPrice("price_century", 1);
        await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "CENTURY", ["name"] = "A century", ["kind"] = "time_pass", ["stripe_price_id"] = "price_century", ["duration_days"] = 36500,
        });
        Assert.That((await GrantAsync(subject, "CENTURY", new JsonObject { ["expires_at"] = "9999-12-31T00:00:00Z" })).Status, Is.EqualTo(201));
        Assert.That((await GrantAsync(subject, "CENTURY")).Status, Is.EqualTo(201));

        var buyer = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(buyer, "CENTURY", quantity: 1000)).Url);

        Assert.That(await AllowedAsync(buyer), Is.True);
        Assert.That((string)(await SummaryAsync(buyer))["entitlements"]![0]!["expires_at"]!, Does.StartWith("9999-12-31T23:59:59"));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    [Spec("GET /portal/me", "account, workspace and session of the caller")]
    public async Task Me_tells_who_is_asking()
    {
        var me = await Portal.GetAsync("/portal/me");

        Assert.That(me.Status, Is.EqualTo(200));
        Assert.That(me.Json.AsObject().Select(member => member.Key), Is.EqualTo(new[] { "account", "workspace", "session", "csrf_token" }));
        Assert.That((string)me.Json["workspace"]!["id"]!, Does.Match("^ws_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That((string)me.Json["workspace"]!["status"]!, Is.EqualTo("active"));
        Assert.That((string)me.Json["session"]!["kind"]!, Is.EqualTo("admin_key"));
        Assert.That(me.Json["csrf_token"], Is.Null);
        Assert.That(me.Text, Does.Not.Contain(Server.AdminKey));
    }
}
