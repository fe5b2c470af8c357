using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Entitlements;

/// <summary>ETag and If-None-Match on lists.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class EntitlementTagTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/entitlements/{subject_ref}";

    [Test]
    [Spec(Route, "ETag + If-None-Match: 304 while nothing has changed, whenever it is asked")]
    public async Task While_nothing_has_changed_a_known_tag_is_304()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var first = await AskAsync($"/v1/entitlements/{subject}");
        Clock.Advance(TimeSpan.FromSeconds(5));

        var second = await AskAsync($"/v1/entitlements?subject_ref={subject}", first.Header("ETag"));

        Assert.That((second.Status, second.Text, second.Header("ETag")), Is.EqualTo((304, "", first.Header("ETag"))));
    }

    [Test]
    [Spec(Route, "a change, by an event or by time alone, is a new ETag")]
    public async Task A_change_by_use_or_by_time_alone_is_a_new_tag()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        await GrantAsync(subject, "PASS30");
        var full = await AskAsync($"/v1/entitlements/{subject}");
        await ConsumeAsync(subject, 1);
        var used = await AskAsync($"/v1/entitlements/{subject}", full.Header("ETag"));
        Clock.Advance(TimeSpan.FromDays(30));
        var over = await AskAsync($"/v1/entitlements/{subject}", used.Header("ETag"));

        Assert.That((used.Status, over.Status), Is.EqualTo((200, 200)));
        Assert.That(new[] { full, used, over }.Select(answer => answer.Header("ETag")), Is.Unique);
    }

    [Test]
    [Spec(Route, "no two queries share an ETag, though they list the same")]
    [Spec("GET /v1/products", "no two queries share an ETag, though they list the same")]
    public async Task A_tag_is_good_for_its_query_only()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        string[][] same =
        [
            [$"/v1/entitlements/{subject}", $"/v1/entitlements/{subject}?limit=24", $"/v1/entitlements/{subject}?status=active", $"/v1/entitlements/{subject}?cursor=emVudF8"],
            ["/v1/entitlements/nobody?status=active", "/v1/entitlements/nobody?status=expired", "/v1/entitlements/nobody"],
            ["/v1/products?limit=50", "/v1/products?limit=51", "/v1/products?limit=50&cursor=emVudF8"],
        ];

        foreach (var paths in same)
        {
            var answers = new List<Answer>();
            foreach (var path in paths)
                answers.Add(await AskAsync(path));
            Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1), "the same is listed");
            Assert.That(answers.Select(answer => answer.Header("ETag")), Is.Unique.And.All.Match("^W/\"[0-9a-f]{24}\"$"));
            Assert.That((await AskAsync(paths[1], answers[0].Header("ETag"))).Status, Is.EqualTo(200));
        }
    }

    [Test]
    [Spec("GET /v1/products", "ETag + If-None-Match: 304 until a product changes")]
    public async Task Products_are_304_until_one_changes()
    {
        var first = await AskAsync("/v1/products");
        var again = await AskAsync("/v1/products", first.Header("ETag"));
        var id = (string)(await Portal.GetAsync("/portal/products?limit=1")).Json["data"]![0]!["id"]!;
        await Portal.SendAsync(HttpMethod.Patch, $"/portal/products/{id}", """{"name":"Renamed"}""");

        Assert.That((again.Status, again.Text), Is.EqualTo((304, "")));
        Assert.That((await AskAsync("/v1/products", first.Header("ETag"))).Status, Is.EqualTo(200));
    }

    private async Task<Answer> AskAsync(string path, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await Runtime.SendAsync(request);
    }
}
