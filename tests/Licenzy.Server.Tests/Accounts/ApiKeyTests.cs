using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Accounts;

/// <summary>Keys of the workspace: whole once, then by prefix and last four.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ApiKeyTests(Engine engine) : ServerFixture(engine)
{
    private const string Create = "POST /portal/api-keys";
    private const string List = "GET /portal/api-keys";

    [TestCase("test", null, "lz_test_")]
    [TestCase("live", "runtime", "lz_live_")]
    [TestCase("test", "secret", "sk_test_")]
    [TestCase("live", "secret", "sk_live_")]
    [TestCase("test", "publishable", "pk_test_")]
    [TestCase("live", "publishable", "pk_live_")]
    [Spec(Create, "the raw key once: prefix, 32 random characters, 6 of a checksum")]
    public async Task A_key_is_shown_once(string mode, string? kind, string prefix)
    {
        var body = new JsonObject { ["mode"] = mode, ["name"] = "Shown once" };
        if (kind is not null)
            body["kind"] = kind;

        var made = await Portal.PostAsync("/portal/api-keys", body);
        var listed = await Portal.GetAsync("/portal/api-keys?limit=1");

        var key = (string)made.Json["key"]!;
        var row = listed.Json["data"]!.AsArray().Single()!.AsObject();
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That(key, Does.Match($"^{prefix}[0-9A-Za-z]{{38}}$"));
        Assert.That(row.Select(member => member.Key), Is.EqualTo(new[]
        {
            "id", "prefix", "last4", "name", "mode", "kind", "created_at", "last_used_at", "revoked_at", "expires_at",
        }));
        Assert.That((string)row["id"]!, Is.EqualTo((string)made.Json["id"]!).And.Match("^key_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That(((string)row["prefix"]!, (string)row["last4"]!), Is.EqualTo((prefix, key[^4..])));
        Assert.That(((string)row["mode"]!, (string)row["kind"]!), Is.EqualTo((mode, kind ?? "runtime")));
        Assert.That(listed.Text, Does.Not.Contain(key[8..^4]));
    }

    [Test]
    [Spec(Create, "a key works at once, in its mode")]
    public async Task A_key_works_at_once([Values("test", "live")] string mode)
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var made = await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = mode, ["name"] = "At once" });
        using var wire = new Wire(Server.CreateClient((string)made.Json["key"]!));

        var answer = await wire.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });

        Assert.That((answer.Status, (bool)answer.Json["allowed"]!), Is.EqualTo((200, mode == "test")));
    }

    [Test]
    [Spec(Create, "with an Idempotency-Key a repeat shows the same key again and makes no second")]
    public async Task A_repeat_makes_no_second_key()
    {
        var (body, key, before) = (new JsonObject { ["mode"] = "test", ["name"] = "Once" }, Wire.NewKey(), await Rows.CountAsync(Server, "api_keys"));

        var first = await Portal.PostAsync("/portal/api-keys", body, key);
        var again = await Portal.PostAsync("/portal/api-keys", body, key);

        Assert.That((again.Status, again.Text, again.Header("Idempotency-Replayed")), Is.EqualTo((201, first.Text, "true")));
        Assert.That(await Rows.CountAsync(Server, "api_keys"), Is.EqualTo(before + 1));
        Assert.That((await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "Other" }, key)).Error, Is.EqualTo("idempotency_conflict"));
    }

    [TestCase("mode", "\"prod\"")]
    [TestCase("mode", "\"TEST\"")]
    [TestCase("name", "\"\"")]
    [TestCase("name", "\"a\\nb\"")]
    [TestCase("kind", "\"admin\"")]
    [TestCase("expires_at", "\"2026-08-01T12:00:00Z\"")]
    [TestCase("expires_at", "\"2030-01-01\"")]
    [TestCase("expires_at", "\"2030-01-01T00:00:00+01:00\"")]
    [TestCase("expires_at", "\"10000-01-01T00:00:00Z\"")]
    [Spec(Create, "mode, name, kind and expires_at have their bounds")]
    public async Task What_is_out_of_bounds_is_refused_by_name(string field, string value)
    {
        var body = new JsonObject { ["mode"] = "test", ["name"] = "n" };
        body[field] = JsonNode.Parse(value);

        var answer = await Portal.PostAsync("/portal/api-keys", body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
    }

    [Test]
    [Spec(List, "newest first, page by page with next_cursor, none twice and none left out")]
    public async Task Pages_follow_each_other()
    {
        for (var n = 0; n < 5; n++)
            Assert.That((await Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = $"Paged {n}" })).Status, Is.EqualTo(201));

        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Portal.GetAsync("/portal/api-keys?limit=2" + (cursor is null ? "" : $"&cursor={cursor}"))).Json;
            Assert.That(page["data"]!.AsArray(), Has.Count.InRange(1, 2));
            ids.AddRange(page["data"]!.AsArray().Select(row => (string)row!["id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);

        Assert.That(ids, Is.Ordered.Descending.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        Assert.That(ids, Has.Count.EqualTo(await Rows.CountAsync(Server, "api_keys")));
    }
}
