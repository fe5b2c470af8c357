using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Access;

/// <summary>The quick way answers what the ordinary way answers, and takes nothing that it would refuse.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class QuickCheckTests(Engine engine) : ServerFixture(engine)
{
    private const string Check = "POST /v1/access/check";

    // The quotes send it the ordinary way.
    private const string Ordinary = "Content-Type: application/json; charset=\"utf-8\"";
    private const string Quick = "Content-Type: application/json";

    [TestCase("""{"subject_ref":"user_1"}""")]
    [TestCase(""" { "subject_ref" : "user_1" } """)]
    [TestCase("""{"subject_ref":"nobody"}""")]
    [TestCase("""{"subject_ref":"user 1|a@b.c/d:e"}""")]
    [TestCase("""{"subject_ref":"us\u0065r_1"}""")]
    [TestCase("""{"subject\u005fref":"user_1"}""")]
    [TestCase("""{"subject_ref":"é+<&>'\\\"/"}""")]
    [TestCase("""{"subject_ref":""}""")]
    [TestCase("""{"subject_ref":null}""")]
    [TestCase("""{"subject_ref":1}""")]
    [TestCase("""{"subject_ref":["user_1"]}""")]
    [TestCase("""{"subject_ref":"user_1","subject_ref":"user_1"}""")]
    [TestCase("""{"subject_ref":"user_1","mode":"test"}""")]
    [TestCase("""{"Subject_ref":"user_1"}""")]
    [TestCase("""{"subject_ref":"user_1",}""")]
    [TestCase("""{"subject_ref":"user_1"}}""")]
    [TestCase("""{"subject_ref":"user_1"} {}""")]
    [TestCase("""{"subject_ref":"user_1"} // why""")]
    [TestCase("""{"subject_ref":"user_1\u0000"}""")]
    [TestCase("""{"subject_ref":"\ud800"}""")]
    [TestCase("""["subject_ref"]""")]
    [TestCase("null")]
    [TestCase("{")]
    [TestCase("")]
    [Spec(Check, "the answer from memory is the ordinary one, header by header, and so is every refusal")]
    public async Task Both_ways_say_the_same(string body)
    {
        await GrantAsync("user_1", "PASS30");
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(body), Encoding.Latin1.GetBytes(body) })
        {
            // Twice: the first time fills the memory.
            await SendAsync(Quick, bytes);
            var (quick, ordinary) = (await SendAsync(Quick, bytes), await SendAsync(Ordinary, bytes));
            Assert.That(quick.Status, Is.EqualTo(ordinary.Status));
            Assert.That(Without(quick.Text), Is.EqualTo(Without(ordinary.Text)));
            Assert.That(Named(quick), Is.EqualTo(Named(ordinary)));
        }
    }

    [TestCase("a")]
    [TestCase("256")]
    [Spec(Check, "subjects of up to 255 characters")]
    public async Task The_longest_subject_is_the_same_both_ways(string what)
    {
        foreach (var length in new[] { 255, 256 })
        {
            var body = Encoding.UTF8.GetBytes(new JsonObject { ["subject_ref"] = new string(what[0], length) }.ToJsonString());
            await SendAsync(Quick, body);
            Assert.That((await SendAsync(Quick, body)).Status, Is.EqualTo(length == 255 ? 200 : 400));
        }
    }

    [Test]
    [Spec(Check, "the caller's X-Request-ID is echoed")]
    public async Task A_callers_request_id_is_echoed_and_a_bad_one_is_not()
    {
        var body = """{"subject_ref":"user_2"}"""u8.ToArray();
        for (var i = 0; i < 2; i++)
        {
            Assert.That((await SendAsync(Quick, body, "X-Request-ID: mine")).Headers["X-Request-ID"], Is.EqualTo("mine"));
            Assert.That((await SendAsync(Quick, body, $"X-Request-ID: {new string('x', 65)}")).Headers["X-Request-ID"], Does.StartWith("req_"));
        }
    }

    [Test]
    public async Task It_is_answered_from_memory()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var body = Encoding.UTF8.GetBytes($$"""{"subject_ref":"{{subject}}"}""");
        await SendAsync(Quick, body);
        // Nobody but this test writes past the writer: what is there now is not what is remembered.
        await Rows.ExecuteAsync(Server, "update subjects set version = 77 where subject_ref = @subject", new { subject });

        Assert.That((await SendAsync(Quick, body)).Headers["Licenzy-Subject-Version"], Is.EqualTo("1"));
        Assert.That((await SendAsync(Ordinary, body)).Headers["Licenzy-Subject-Version"], Is.EqualTo("1"));
        Assert.That((await SendAsync(Quick, body, "Licenzy-Min-Version: 2")).Headers["Licenzy-Subject-Version"], Is.EqualTo("77"));
        Assert.That((await SendAsync(Quick, body)).Headers["Licenzy-Subject-Version"], Is.EqualTo("77"), "and it is loaded again");
        Assert.That(Server.Services.GetRequiredService<SubjectSnapshots>().Count, Is.Positive);
    }

    private Task<RawAnswer> SendAsync(string contentType, byte[] body, params string[] headers) =>
        RawHttp.SendAsync(Server, "POST", "/v1/access/check", [contentType, $"Authorization: Bearer {Server.TestKey}", .. headers], body);

    private static string Without(string text) => System.Text.RegularExpressions.Regex.Replace(text, "req_[0-9A-Z]+", "req");

    private static IEnumerable<string> Named(RawAnswer answer) =>
        answer.Headers.Where(header => header.Key is not ("X-Request-ID" or "Date")).Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal);
}
