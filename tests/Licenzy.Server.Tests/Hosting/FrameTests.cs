using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>What every answer has around it, and what is answered where no route is.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class FrameTests(Engine engine) : ServerFixture(engine)
{
    [TestCase("abc", true)]
    [TestCase("!~{}\"<script>", true)]
    [TestCase("a b", false)]
    [TestCase("é", false)]
    [TestCase("", false)]
    [Spec("GET /portal/me", "X-Request-ID of up to 64 visible ASCII characters is echoed, else one is made")]
    public async Task A_request_id_is_echoed_if_it_is_one(string id, bool echoed)
    {
        foreach (var path in new[] { "/portal/me", "/v1/nothing", "/healthz" })
        {
            var answer = await RawHttp.SendAsync(Server, "GET", path, [$"X-Request-ID: {id}", $"Authorization: Bearer {Server.AdminKey}"], null);
            Assert.That(answer.Headers["X-Request-ID"], echoed ? Is.EqualTo(id) : Does.Match("^req_[0-9A-HJKMNP-TV-Z]{26}$"), path);
        }
    }

    [TestCase(64, true)]
    [TestCase(65, false)]
    public async Task A_request_id_has_64_characters_at_most(int length, bool echoed)
    {
        var id = new string('i', length);
        var answer = await RawHttp.SendAsync(Server, "GET", "/v1/nothing", [$"X-Request-ID: {id}"], null);

        Assert.That(answer.Headers["X-Request-ID"] == id, Is.EqualTo(echoed));
        Assert.That((string)answer.Json["request_id"]!, Is.EqualTo(answer.Headers["X-Request-ID"]));
    }

    [TestCase("GET", "/v1")]
    [TestCase("GET", "/v1/")]
    [TestCase("POST", "/v1/nothing")]
    [TestCase("GET", "/v1/access")]
    [TestCase("GET", "/v1/customer/access/a/b")]
    [TestCase("DELETE", "/portal/nothing/at/all")]
    [TestCase("GET", "/portal/customers/user_1/shoes")]
    public async Task What_has_no_route_is_not_found(string method, string target)
    {
        var answer = await RawHttp.SendAsync(Server, method, target, [], null);

        Assert.That((answer.Status, answer.Headers["Content-Type"]), Is.EqualTo((404, "application/problem+json")), answer.Text);
        Assert.That((string)answer.Json["error"]!, Is.EqualTo("not_found"));
    }

    [TestCase("GET", "/v1/access/check", "POST")]
    [TestCase("DELETE", "/v1/usage/consume", "POST")]
    [TestCase("POST", "/v1/customer/access/user_1", "GET")]
    [TestCase("POST", "/v1/entitlements/user_1", "GET")]
    [TestCase("DELETE", "/v1/products", "GET")]
    [TestCase("PATCH", "/portal/products", "GET, POST")]
    [TestCase("DELETE", "/portal/stripe/connection", "GET, POST, PUT")]
    [TestCase("GET", "/portal/customers/a%2Fb/grants", "POST")]
    [TestCase("GET", "/v1/webhooks/stripe/tenant", "POST")]
    [TestCase("PUT", "/v1/%2E%2E/portal/me", "GET")]
    public async Task Another_method_is_not_allowed(string method, string target, string allow)
    {
        var answer = await RawHttp.SendAsync(Server, method, target, [], null);

        Assert.That((answer.Status, answer.Headers["Content-Type"]), Is.EqualTo((405, "application/problem+json")), answer.Text);
        Assert.That(answer.Headers["Allow"], Is.EqualTo(allow));
        Assert.That((string)answer.Json["error"]!, Is.EqualTo("method_not_allowed"));
    }

    [Test]
    [Spec("GET /healthz", "the process is alive, without credentials")]
    [Spec("GET /readyz", "the database answers and is up to date, without credentials")]
    public async Task Health_needs_no_key()
    {
        var (health, ready) = (await RawHttp.GetAsync(Server, "/healthz"), await RawHttp.GetAsync(Server, "/readyz"));

        Assert.That((health.Status, health.Text, ready.Status, ready.Text), Is.EqualTo((200, "ok\n", 200, "ready\n")));
    }

    [Test]
    public async Task No_answer_is_stored_on_its_way_or_sniffed()
    {
        foreach (var path in new[] { "/v1/customer/access/user_1", "/portal/me", "/v1/nothing" })
        {
            var answer = await RawHttp.GetAsync(Server, path, Server.TestKey);
            Assert.That((answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"]), Is.EqualTo(("no-store", "nosniff")), path);
        }
    }

    [Test]
    [Spec("GET /checkout/success", "loads nothing and stands in no frame")]
    [Spec("GET /checkout/cancel", "loads nothing and stands in no frame")]
    public async Task No_answer_loads_anything_or_stands_in_a_frame()
    {
        foreach (var path in new[] { "/checkout/success", "/checkout/cancel", "/v1/customer/access/user_1", "/portal/me", "/healthz", "/openapi/v1.json", "/nothing" })
        {
            var answer = await RawHttp.GetAsync(Server, path, Server.TestKey);
            Assert.That(answer.Headers.GetValueOrDefault("Content-Security-Policy"), Is.EqualTo("default-src 'none'; frame-ancestors 'none'"), path);
        }
    }

    [TestCase("/portal/products", "limit=0", "limit")]
    [TestCase("/portal/products", "limit=101", "limit")]
    [TestCase("/portal/products", "limit=-1", "limit")]
    [TestCase("/portal/products", "limit=", "limit")]
    [TestCase("/portal/products", "limit=ten", "limit")]
    [TestCase("/portal/products", "limit=1e1", "limit")]
    [TestCase("/portal/products", "limit=99999999999999999999", "limit")]
    [TestCase("/portal/products", "limit=1&limit=1", "limit")]
    [TestCase("/portal/products", "cursor=", "cursor")]
    [TestCase("/portal/products", "cursor=prd_1", "cursor")]
    [TestCase("/portal/products", "cursor=%ff", "cursor")]
    [TestCase("/portal/products", "cursor=%00", "cursor")]
    [TestCase("/portal/products", "cursor=JyBvciAxPTE", "cursor")]
    [TestCase("/portal/products", "cursor=YQ&cursor=YQ", "cursor")]
    [TestCase("/portal/products", "mode=", "mode")]
    [TestCase("/portal/products", "mode=Test", "mode")]
    [TestCase("/portal/products", "mode=test&mode=live", "mode")]
    [TestCase("/portal/products", "mode=0", "mode")]
    [TestCase("/portal/api-keys", "limit=1.0", "limit")]
    [TestCase("/portal/api-keys", "cursor=*", "cursor")]
    [Spec("GET /portal/products", "limit is 1 to 100, cursor a next_cursor, mode test or live, each once")]
    [Spec("GET /portal/api-keys", "limit is 1 to 100, cursor a next_cursor, each once")]
    public async Task Parameters_that_are_none_are_refused(string path, string query, string field)
    {
        var answer = await RawHttp.GetAsync(Server, $"{path}?{query}", Server.AdminKey);

        Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That((string)answer.Json["errors"]![0]!["field"]!, Is.EqualTo(field));
    }
}
