using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>Nobody's words are ignored: a route that takes no body says so to whoever sends one. And nobody need say nothing in so many words.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class UnexpectedBodyTests(Engine engine) : ServerFixture(engine)
{
    private const string Nobody = "x_01J00000000000000000000000";

    private JsonNode _paths = null!;

    [OneTimeSetUp]
    public async Task Read_the_document() => _paths = (await Runtime.GetAsync("/openapi/v1.json")).Json["paths"]!;

    [Test]
    public async Task Every_route_without_a_body_refuses_one_and_changes_nothing()
    {
        var routes = Routes(operation => operation["requestBody"] is null).ToList();
        Assert.That(routes, Is.SupersetOf(new[]
        {
            "POST /portal/stripe/catch-up", "POST /portal/stripe/events/{id}/replay", "POST /portal/workspaces/{id}/resume", "POST /portal/api-keys/{id}/revoke",
            "DELETE /portal/products/{id}",
        }));
        var before = await Rows.CountsAsync(Server);
        foreach (var route in routes)
        {
            foreach (var body in new[] { """{"dry_run":true}""", "[]", "null", "x", new string(' ', 70), """{"a":1}""".PadRight(70_000) })
            {
                var refused = await SendAsync(route, body);
                Assert.That((refused.Status, refused.Error, refused.Fields), Is.EqualTo((400, "invalid_request", new[] { "body" })), $"{route} {body[..Math.Min(body.Length, 20)]}: {refused.Text}");
            }
        }

        Assert.That(await Rows.CountsAsync(Server), Is.EqualTo(before));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("{}")]
    [TestCase(" {\r\n\t} ")]
    public async Task No_body_and_an_empty_object_are_the_same_to_it(string? body) =>
        Assert.That((await SendAsync("POST /portal/stripe/catch-up", body)).Status, Is.EqualTo(200));

    [Test]
    public async Task Where_nothing_is_required_no_body_is_an_empty_one()
    {
        var key = (string)(await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "turns" })).Json["id"]!;
        Assert.That(Routes(operation => operation["requestBody"] is { } body && (bool?)body["required"] != true), Is.EquivalentTo(new[]
        {
            "POST /v1/usage/hold/{id}/commit", "POST /portal/api-keys/{id}/rotate", "POST /portal/stripe/import", "POST /portal/stripe/reconcile",
            "POST /v1/webhooks/endpoint/rotate-secret", "POST /v1/webhooks/outbound/requeue-dead",
            "POST /portal/webhooks/endpoint/rotate-secret", "POST /portal/webhooks/outbound/requeue-dead",
        }));
        foreach (var (route, status) in new[] { ("POST /portal/stripe/reconcile", 200), ("POST /portal/stripe/import", 200), ("POST /v1/webhooks/endpoint/rotate-secret", 404), ("POST /portal/api-keys/{id}/rotate", 201) })
        {
            foreach (var body in new[] { null, "" })
            {
                var made = await SendAsync(route, body, key);
                Assert.That(made.Status, Is.EqualTo(status), $"{route} {made.Text}");
                key = (string?)made.Json["id"] ?? key;
            }
        }
    }

    [Test]
    public async Task Where_something_is_changed_in_part_no_body_is_a_mistake()
    {
        var id = (string)(await Portal.GetAsync("/portal/products?limit=1")).Json["data"]![0]!["id"]!;
        Assert.That((await SendAsync("PATCH /portal/products/{id}", null, id)).Status, Is.EqualTo(415));
        Assert.That((await SendAsync("PATCH /portal/products/{id}", "", id)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task An_empty_body_where_one_is_needed_is_called_empty()
    {
        var refused = await SendAsync("POST /v1/access/check", "");
        Assert.That((refused.Status, refused.Error, (string)refused.Json["detail"]!), Is.EqualTo((400, "invalid_json", "The body is empty. Send a JSON object.")));
    }

    [Test]
    public async Task What_is_no_route_stays_none()
    {
        Assert.That((await Portal.SendAsync(HttpMethod.Post, "/portal/nothing", """{"a":1}""")).Status, Is.EqualTo(404));
        Assert.That((await Portal.SendAsync(HttpMethod.Post, "/portal/me", """{"a":1}""")).Status, Is.EqualTo(405));
    }

    private IEnumerable<string> Routes(Func<JsonNode, bool> those) =>
        from path in _paths.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is not "get" && !path.Key.Contains("/webhooks/stripe/", StringComparison.Ordinal) && those(operation.Value!)
        select $"{operation.Key.ToUpperInvariant()} {path.Key}";

    private async Task<Answer> SendAsync(string route, string? body, string id = Nobody)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace("{id}", id, StringComparison.Ordinal));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await (path.StartsWith("/v1/", StringComparison.Ordinal) ? Runtime : Portal).SendAsync(request);
    }
}
