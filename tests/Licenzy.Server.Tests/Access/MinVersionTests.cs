using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>A caller that has seen a version is never told of an older one.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class MinVersionTests(Engine engine) : ServerFixture(engine)
{
    private const string Check = "POST /v1/access/check";
    private const string Summary = "GET /v1/customer/access/{subject_ref}";
    private const string List = "GET /v1/entitlements/{subject_ref}";

    private static readonly string[] Reads = [Check, Summary, "GET /v1/customer/access", List, "GET /v1/entitlements"];

    [Test]
    [Spec(Check, "Licenzy-Min-Version: n is answered from version n or a later one")]
    [Spec(Summary, "Licenzy-Min-Version: n is answered from version n or a later one")]
    [Spec(List, "Licenzy-Min-Version: n is answered from version n or a later one")]
    public async Task The_version_of_a_write_is_the_least_of_the_next_read([ValueSource(nameof(Reads))] string route)
    {
        var subject = NewSubject();
        for (var version = 1; version <= 3; version++)
        {
            await GrantAsync(subject, "PACK1000");
            Assert.That(await VersionAsync(route, subject, $"Licenzy-Min-Version: {version}"), Is.GreaterThanOrEqualTo(version));
        }
    }

    [Test]
    [Spec(Check, "a version that was never reached is answered with what is there")]
    public async Task A_version_that_never_was_is_answered_with_what_is_there([ValueSource(nameof(Reads))] string route)
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");

        Assert.That(await VersionAsync(route, subject, $"licenzy-min-version: {long.MaxValue}"), Is.EqualTo(1));
        Assert.That(await VersionAsync(route, "nobody", "Licenzy-Min-Version: 1"), Is.Zero);
    }

    [TestCase("Licenzy-Min-Version: 0")]
    [TestCase("Licenzy-Min-Version: -1")]
    [TestCase("Licenzy-Min-Version: +1")]
    [TestCase("Licenzy-Min-Version: 1.0")]
    [TestCase("Licenzy-Min-Version: 1e3")]
    [TestCase("Licenzy-Min-Version: 0x1")]
    [TestCase("Licenzy-Min-Version: 9223372036854775808")]
    [TestCase("Licenzy-Min-Version: 99999999999999999999999999")]
    [TestCase("Licenzy-Min-Version: latest")]
    [TestCase("Licenzy-Min-Version:")]
    [TestCase("Licenzy-Min-Version: 1,2")]
    [TestCase("Licenzy-Min-Version: 1 2")]
    [TestCase("Licenzy-Min-Version: \u0661")]
    [TestCase("Licenzy-Min-Version: 1|Licenzy-Min-Version: 1")]
    [Spec(Check, "a Licenzy-Min-Version that is no positive whole number, or stands twice, is refused by its name")]
    [Spec(Summary, "a Licenzy-Min-Version that is no positive whole number, or stands twice, is refused by its name")]
    [Spec(List, "a Licenzy-Min-Version that is no positive whole number, or stands twice, is refused by its name")]
    public async Task What_is_no_version_is_refused(string headers)
    {
        foreach (var route in Reads)
        {
            var answer = await SendAsync(route, "user_1", headers.Split('|'));

            Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((400, "invalid_request")), $"{route}: {answer.Text}");
            Assert.That((string?)answer.Json["errors"]![0]!["field"], Is.EqualTo("Licenzy-Min-Version"));
        }
    }

    private async Task<long> VersionAsync(string route, string subject, string header)
    {
        var answer = await SendAsync(route, subject, header);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (long?)answer.Json["version"] ?? long.Parse(answer.Headers["Licenzy-Subject-Version"], CultureInfo.InvariantCulture);
    }

    private Task<RawAnswer> SendAsync(string route, string subject, params string[] headers)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        var isCheck = method == "POST";
        var target = path.Contains('{', StringComparison.Ordinal) ? path.Replace("{subject_ref}", subject, StringComparison.Ordinal) : isCheck ? path : $"{path}?subject_ref={subject}";
        return RawHttp.SendAsync(
            Server, method, target, [$"Authorization: Bearer {Server.TestKey}", "Content-Type: application/json", .. headers],
            isCheck ? Encoding.UTF8.GetBytes(new JsonObject { ["subject_ref"] = subject }.ToJsonString()) : null);
    }
}
