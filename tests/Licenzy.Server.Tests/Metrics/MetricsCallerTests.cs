using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Metrics;

/// <summary>Who may read the metrics: this machine, and an admin key from anywhere else (CONTRACT §6, SECURITY T59).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class MetricsCallerTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("GET /metrics", "needs no key from this machine")]
    public async Task This_machine_needs_no_key() => Assert.That((await RawHttp.GetAsync(Server, "/metrics")).Status, Is.EqualTo(200));

    [TestCase("X-Forwarded-For: 203.0.113.9")]
    [TestCase("X-Forwarded-For: 127.0.0.1")]
    [TestCase("Forwarded: for=203.0.113.9")]
    [TestCase("X-Real-IP: 203.0.113.9")]
    [TestCase("Via: 1.1 proxy")]
    [Spec("GET /metrics", "needs an admin key through a proxy, and from another machine: 401 without, 403 with another kind of key")]
    public async Task Through_a_proxy_an_admin_key_is_needed(string header)
    {
        await AssertClosedAsync(authorization => RawHttp.SendAsync(Server, "GET", "/metrics", authorization is null ? [header] : [header, $"Authorization: {authorization}"], null));
    }

    [TestCase("203.0.113.9")]
    [TestCase("10.0.0.7")]
    [TestCase("2001:db8::1")]
    [TestCase("::ffff:192.0.2.1")]
    [TestCase(null)]
    public Task From_another_address_an_admin_key_is_needed(string? address) => AssertClosedAsync(authorization => CallAsync(address, authorization));

    [TestCase("127.0.0.1")]
    [TestCase("127.1.2.3")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.5")]
    public async Task Every_loopback_address_is_this_machine(string address) => Assert.That((await CallAsync(address, null)).Status, Is.EqualTo(200));

    [Test]
    public async Task A_revoked_admin_key_is_none()
    {
        var made = (await Portal.PostAsync("/portal/admin-keys", new JsonObject { ["name"] = "scraper" })).Json;
        Assert.That((await CallAsync("203.0.113.9", $"Bearer {made["key"]}")).Status, Is.EqualTo(200));
        await Portal.SendAsync(HttpMethod.Delete, $"/portal/admin-keys/{made["id"]}", (string?)null);
        Assert.That((await CallAsync("203.0.113.9", $"Bearer {made["key"]}")).Status, Is.EqualTo(401));
    }

    [Test]
    [Spec("GET /portal/admin-keys", "last_used_at knows of a key that reads the metrics alone")]
    public async Task Reading_the_metrics_is_a_use_of_the_key()
    {
        var made = (await Portal.PostAsync("/portal/admin-keys", new JsonObject { ["name"] = "used by a scraper" })).Json;
        Assert.That((await CallAsync("203.0.113.9", $"Bearer {made["key"]}")).Status, Is.EqualTo(200));

        // Written behind the answer.
        Assert.That(async () => await Rows.ValueAsync<long?>(Server, "select last_used_at from admin_keys where id = @id", new { id = (string)made["id"]! }), Is.Not.Null.After(5_000, 20));
    }

    private async Task AssertClosedAsync(Func<string?, Task<RawAnswer>> call)
    {
        foreach (var (authorization, status, error) in new (string?, int, string?)[]
        {
            (null, 401, "missing_bearer_token"), ("Bearer nonsense", 401, "invalid_api_key"), ($"Bearer {KeyFormat.Generate(KeyKind.Admin)}", 401, "invalid_api_key"),
            ($"Bearer {Server.TestKey}", 403, "forbidden"), ($"Bearer {Server.AdminKey}", 200, null),
        })
        {
            var answer = await call(authorization);
            Assert.That((answer.Status, answer.Status == 200 ? null : (string?)answer.Json["error"]), Is.EqualTo((status, error)), answer.Text);
            Assert.That(answer.Status == 200 || !answer.Text.Contains("licenzy_", StringComparison.Ordinal));
        }
    }

    // No test can count on a second network address, so the endpoint is called as if there were one.
    private async Task<RawAnswer> CallAsync(string? address, string? authorization)
    {
        var endpoint = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Single(route => route.RoutePattern.RawText == "/metrics");
        var context = new DefaultHttpContext { RequestServices = Server.Services };
        (context.Request.Method, context.Request.Path, context.Request.Headers.Authorization) = ("GET", "/metrics", authorization);
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.SetEndpoint(endpoint);
        using var body = new MemoryStream();
        context.Response.Body = body;
        await endpoint.RequestDelegate!(context);
        return new RawAnswer(context.Response.StatusCode, new Dictionary<string, string>(), System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
