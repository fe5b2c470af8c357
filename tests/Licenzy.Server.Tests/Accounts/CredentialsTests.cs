using System.Text.Json.Nodes;
using Licenzy.Server.Accounts;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Who may call: one answer for every key that is none.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CredentialsTests(Engine engine) : ServerFixture(engine)
{
    [Test]
    [Spec("POST /v1/access/check", "unknown, malformed, mistyped, revoked and expired keys, and those of a deleted workspace, get byte-equal 401s but for the request id")]
    [Spec("GET /portal/me", "unknown, malformed, mistyped, revoked and expired keys, and those of a deleted workspace, get byte-equal 401s but for the request id")]
    public async Task Keys_that_are_none_cannot_be_told_apart()
    {
        var expired = await ExpiredKeyAsync();
        var (revoked, revokedAdmin, orphan) = (await RevokedKeyAsync(), await RevokedAdminKeyAsync(), await KeyOfDeletedWorkspaceAsync());
        var answers = new HashSet<string>();
        foreach (var key in new[]
        {
            "x", "lz_test_", KeyFormat.Generate(KeyKind.TestRuntime), KeyFormat.Generate(KeyKind.Admin), KeyFormat.Generate(KeyKind.LiveSecret),
            Server.TestKey[..^1] + (Server.TestKey[^1] == 'a' ? 'b' : 'a'), Server.TestKey + "0", Server.TestKey[..^1], Server.TestKey.ToUpperInvariant(),
            Server.TestKey.Replace("test", "live", StringComparison.Ordinal), expired, revoked, revokedAdmin, orphan, new string('k', 5000), "clé",
        })
        {
            foreach (var (method, path) in new[] { ("POST", "/v1/access/check"), ("GET", "/v1/customer/access/user_1"), ("GET", "/portal/me") })
            {
                var answer = await RawHttp.SendAsync(Server, method, path, [$"Authorization: Bearer {key}", "X-Request-ID: same"], null);
                Assert.That(answer.Status, Is.EqualTo(401), $"{key}: {answer.Text}");
                Assert.That(answer.Headers["WWW-Authenticate"], Does.StartWith("Bearer"));
                answers.Add(answer.Text + string.Join(",", answer.Headers.Keys.Order(StringComparer.Ordinal)));
            }
        }

        Assert.That(answers, Has.Count.EqualTo(1));
        Assert.That(answers.Single(), Does.Contain("\"error\":\"invalid_api_key\""));
    }

    [TestCase(null)]
    [TestCase("Authorization: ")]
    [TestCase("Authorization: Bearer")]
    [TestCase("Authorization: Bearer  ")]
    [TestCase("Authorization: Basic TESTKEY")]
    [TestCase("Authorization: TESTKEY")]
    [TestCase("X-API-Key: TESTKEY")]
    [Spec("POST /v1/access/check", "without a bearer token it is 401 missing_bearer_token with WWW-Authenticate")]
    public async Task No_bearer_token_is_missing(string? header)
    {
        var answer = await RawHttp.SendAsync(
            Server, "POST", "/v1/access/check", header is null ? [] : [header.Replace("TESTKEY", Server.TestKey, StringComparison.Ordinal)], "{}"u8.ToArray());

        Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((401, "missing_bearer_token")));
        Assert.That(answer.Headers["WWW-Authenticate"], Does.StartWith("Bearer"));
    }

    [TestCase("key")]
    [TestCase("api_key")]
    [TestCase("access_token")]
    public async Task A_key_in_the_query_is_not_taken(string name)
    {
        var answer = await RawHttp.GetAsync(Server, $"/v1/customer/access/user_1?{name}={Server.TestKey}");

        Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((401, "missing_bearer_token")));
        Assert.That(answer.Text, Does.Not.Contain(Server.TestKey));
    }

    [Test]
    [Spec("POST /v1/access/check", "a valid key of the wrong kind is 403 forbidden")]
    [Spec("GET /portal/me", "a valid key of the wrong kind is 403 forbidden")]
    public async Task A_key_of_the_wrong_kind_is_forbidden()
    {
        var secret = await CreateKeyAsync(new JsonObject { ["mode"] = "test", ["name"] = "sk", ["kind"] = "secret" });
        var publishable = await CreateKeyAsync(new JsonObject { ["mode"] = "live", ["name"] = "pk", ["kind"] = "publishable" });
        foreach (var (key, path) in new[]
        {
            (Server.AdminKey, "/v1/customer/access/user_1"), (secret, "/v1/customer/access/user_1"), (publishable, "/v1/customer/access/user_1"),
            (Server.TestKey, "/portal/me"), (Server.LiveKey, "/portal/products"), (secret, "/portal/api-keys"), (publishable, "/portal/stripe/connection"),
        })
        {
            var answer = await RawHttp.GetAsync(Server, path, key);
            Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((403, "forbidden")), path);
        }
    }

    [Test]
    public async Task The_key_is_checked_before_the_body()
    {
        foreach (var body in new[] { "nonsense"u8.ToArray(), new byte[100_000] })
        {
            var answer = await RawHttp.SendAsync(Server, "POST", "/portal/products", ["Authorization: Bearer x", "Content-Type: text/plain"], body);
            Assert.That(answer.Status, Is.EqualTo(401));
        }
    }

    [Test]
    public async Task The_scheme_may_be_spelled_in_any_case()
    {
        var answer = await RawHttp.SendAsync(Server, "GET", "/portal/me", [$"authorization: bearer {Server.AdminKey}"], null);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    private async Task<string> CreateKeyAsync(JsonObject body)
    {
        var answer = await Portal.PostAsync("/portal/api-keys", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return (string)answer.Json["key"]!;
    }

    private async Task<string> RevokedKeyAsync()
    {
        var made = (await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "revoked" })).Json;
        Assert.That((await RawHttp.GetAsync(Server, "/v1/customer/access/user_1", (string)made["key"]!)).Status, Is.EqualTo(200), "not yet");
        Assert.That((await Portal.SendAsync(HttpMethod.Post, $"/portal/api-keys/{made["id"]}/revoke", (string?)null)).Status, Is.EqualTo(200));
        return (string)made["key"]!;
    }

    private async Task<string> RevokedAdminKeyAsync()
    {
        var made = (await Portal.PostAsync("/portal/admin-keys", new JsonObject { ["name"] = "revoked" })).Json;
        Assert.That((await RawHttp.GetAsync(Server, "/portal/me", (string)made["key"]!)).Status, Is.EqualTo(200), "not yet");
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/admin-keys/{made["id"]}", (string?)null)).Status, Is.EqualTo(204));
        return (string)made["key"]!;
    }

    private async Task<string> KeyOfDeletedWorkspaceAsync()
    {
        using var other = await OtherWorkspace.MakeAsync(Server);
        var key = (string)(await other.KeyAsync())["key"]!;
        Assert.That((await RawHttp.GetAsync(Server, "/v1/customer/access/user_1", key)).Status, Is.EqualTo(200), "not yet");
        Assert.That((await Portal.SendAsync(HttpMethod.Delete, $"/portal/workspaces/{other.Id}", (string?)null)).Status, Is.EqualTo(204));
        return key;
    }

    private async Task<string> ExpiredKeyAsync()
    {
        var key = await CreateKeyAsync(new JsonObject { ["mode"] = "test", ["name"] = "short", ["expires_at"] = Wire.Time(Clock.GetUtcNow().AddHours(1)) });
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.That((await RawHttp.GetAsync(Server, "/v1/customer/access/user_1", key)).Status, Is.EqualTo(200), "not yet");
        Clock.Advance(TimeSpan.FromSeconds(1));
        return key;
    }
}
