using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>A subject is the caller's own text: decoded once, compared ordinally, never trimmed or folded, the same on both engines.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SubjectRefTests(Engine engine) : ServerFixture(engine)
{
    [TestCase("a%2Fb", "a/b")]
    [TestCase("a%252Fb", "a%2Fb")]
    [TestCase("a%20b", "a b")]
    [TestCase("a%20", "a ")]
    [TestCase("a+b", "a+b")]
    [TestCase("a%2Bc", "a+c")]
    [TestCase("%41%62", "Ab")]
    [TestCase("caf%C3%A9", "café")]
    [TestCase("cafe%CC%81", "cafe\u0301")]
    [TestCase("%F0%9F%98%80", "😀")]
    [TestCase("user.name", "user.name")]
    [TestCase("...", "...")]
    [TestCase("a%3Fb%23c%5C", "a?b#c\\")]
    [TestCase("a;b=c,d@e:f", "a;b=c,d@e:f")]
    [TestCase("%25", "%")]
    [Spec("GET /v1/customer/access/{subject_ref}", "the subject is percent-decoded once from the raw target")]
    [Spec("GET /v1/entitlements/{subject_ref}", "the subject is percent-decoded once from the raw target")]
    [Spec("POST /portal/customers/{subject_ref}/grants", "the subject is percent-decoded once from the raw target")]
    public async Task A_path_segment_is_decoded_once(string segment, string subject)
    {
        var body = new JsonObject { ["product_code"] = "PASS30", ["reason"] = "a test" }.ToJsonString();
        var granted = await RawHttp.SendAsync(
            Server, "POST", $"/portal/customers/{segment}/grants", [$"Authorization: Bearer {Server.AdminKey}", "Content-Type: application/json"],
            System.Text.Encoding.UTF8.GetBytes(body));
        Assert.That(granted.Status, Is.EqualTo(201), granted.Text);
        Assert.That((string)granted.Json["subject_ref"]!, Is.EqualTo(subject));

        var summary = await RawHttp.GetAsync(Server, $"/v1/customer/access/{segment}", Server.TestKey);
        Assert.That((string)summary.Json["subject_ref"]!, Is.EqualTo(subject));
        Assert.That((bool)summary.Json["has_access"]!, Is.True);
        var list = await RawHttp.GetAsync(Server, $"/v1/entitlements/{segment}", Server.TestKey);
        Assert.That((string)list.Json["subject_ref"]!, Is.EqualTo(subject));
        Assert.That(list.Json["entitlements"]!.AsArray(), Is.Not.Empty);
        Assert.That(await AllowedAsync(subject), Is.True, "the same text in a body");
    }

    [TestCase("/v1/customer/access/a?subject_ref=b", 400)]
    [TestCase("/v1/entitlements/a?subject_ref=A", 400)]
    [TestCase("/v1/customer/access/a?subject_ref=a&subject_ref=a", 400)]
    [TestCase("/v1/customer/access/a%2Fb?subject_ref=a/b", 200)]
    [Spec("GET /v1/customer/access/{subject_ref}", "400 where path and query name two subjects")]
    [Spec("GET /v1/entitlements/{subject_ref}", "400 where path and query name two subjects")]
    public async Task Of_two_subjects_none_is_chosen(string target, int status)
    {
        var answer = await RawHttp.GetAsync(Server, target, Server.TestKey);
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        if (status == 400)
        {
            Assert.That((string)answer.Json["errors"]![0]!["field"]!, Is.EqualTo("subject_ref"));
        }
    }

    [TestCase(".", ".")]
    [TestCase("%2E%2E", "..")]
    [TestCase("x%2Fy", "x/y")]
    [TestCase("x%252Fy", "x%2Fy")]
    [TestCase("x+y", "x y")]
    [TestCase("x%2By", "x+y")]
    [TestCase("x/y?z", "x/y?z")]
    [TestCase("%C3%BC", "ü")]
    [Spec("GET /v1/customer/access", "takes any subject, those a path cannot carry included")]
    [Spec("GET /v1/entitlements", "takes any subject, those a path cannot carry included")]
    public async Task The_query_form_takes_what_a_path_cannot_carry(string text, string subject)
    {
        var session = await CheckoutAsync(subject, "PACK1000");
        await Stripe.PayAsync(session.Url);

        var summary = await RawHttp.GetAsync(Server, $"/v1/customer/access?subject_ref={text}", Server.TestKey);

        Assert.That(summary.Status, Is.EqualTo(200), summary.Text);
        Assert.That((string)summary.Json["subject_ref"]!, Is.EqualTo(subject));
        Assert.That((bool)summary.Json["has_access"]!, Is.True);
        var list = await RawHttp.GetAsync(Server, $"/v1/entitlements?subject_ref={text}", Server.TestKey);
        Assert.That((string)list.Json["subject_ref"]!, Is.EqualTo(subject));
        Assert.That(list.Json["entitlements"]!.AsArray(), Is.Not.Empty);
    }

    [TestCase("%zz")]
    [TestCase("%")]
    [TestCase("a%4")]
    [TestCase("%ff")]
    [TestCase("%C0%80")]
    [TestCase("%ED%A0%80")]
    [TestCase("a%0Ab")]
    [TestCase("a%7Fb")]
    [Spec("GET /v1/customer/access/{subject_ref}", "a subject that cannot be decoded is refused")]
    [Spec("GET /v1/customer/access", "a subject that cannot be decoded is refused")]
    [Spec("GET /v1/entitlements/{subject_ref}", "a subject that cannot be decoded is refused")]
    [Spec("GET /v1/entitlements", "a subject that cannot be decoded is refused")]
    public async Task What_cannot_be_decoded_is_refused(string text)
    {
        string[] routes = ["/v1/customer/access", "/v1/entitlements"];
        foreach (var target in routes.SelectMany(route => new[] { $"{route}/{text}", $"{route}?subject_ref={text}" }))
        {
            var answer = await RawHttp.GetAsync(Server, target, Server.TestKey);

            Assert.That(answer.Status, Is.EqualTo(400), $"{target}: {answer.Text}");
            Assert.That((string)answer.Json["error"]!, Is.EqualTo("invalid_request"));
            Assert.That((string)answer.Json["errors"]![0]!["field"]!, Is.EqualTo("subject_ref"));
        }
    }

    [TestCase(".")]
    [TestCase("%2E")]
    [TestCase("..")]
    [TestCase("%2e%2E")]
    [TestCase("a/../b")]
    public async Task Dot_segments_never_read_another_subject(string segment)
    {
        await GrantAsync("b", "PASS30");
        foreach (var route in new[] { "/v1/customer/access", "/v1/entitlements" })
        {
            var answer = await RawHttp.GetAsync(Server, $"{route}/{segment}", Server.TestKey);

            Assert.That(answer.Status, Is.AnyOf(400, 404), answer.Text);
            Assert.That((string)answer.Json["error"]!, Is.AnyOf("invalid_request", "not_found"));
        }
    }

    [TestCase("User_1", "user_1")]
    [TestCase("caf\u00e9 1", "cafe\u0301 1")]
    [TestCase("trailing ", "trailing")]
    [TestCase(" leading", "leading")]
    [TestCase("straße", "strasse")]
    [TestCase("I", "ı")]
    [TestCase("a", "а")]
    [TestCase("42", "042")]
    [TestCase("K", "\u212a")]
    [TestCase("z%", "z_")]
    [Spec("POST /v1/access/check", "subjects are compared ordinally, never trimmed or folded")]
    public async Task Subjects_that_look_alike_are_two(string one, string other)
    {
        Assert.That((await GrantAsync(one, "PASS30")).Status, Is.EqualTo(201));

        Assert.That(await AllowedAsync(one), Is.True);
        Assert.That(await AllowedAsync(other), Is.False);
        Assert.That((bool)(await SummaryAsync(other))["has_access"]!, Is.False);
    }
}
