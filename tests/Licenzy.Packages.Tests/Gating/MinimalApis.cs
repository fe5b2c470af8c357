using Licenzy.AspNetCore;
using Licenzy.Packages.Tests.Stubs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Gating;

public sealed class MinimalApis
{
    private static void Map(WebApplication app)
    {
        app.MapGet("/open", () => "open");
        app.MapGet("/attribute", [RequireEntitlement] () => "in");
        app.MapGet("/convention", () => "in").RequireEntitlement();
        app.MapGet("/pro", [RequireEntitlement("PRO")] () => "in");
        app.MapGet("/export", () => "in").RequireEntitlement("export");
        app.MapGet("/beta", () => "in").RequireEntitlement("beta");
        app.MapGet("/seats", () => "in").RequireEntitlement("seats");
        app.MapGet("/either", () => "in").RequireEntitlement("CREDITS", "PRO");
        app.MapGet("/each", () => "in").RequireEntitlement("CREDITS").RequireEntitlement("PRO");
        app.MapGet("/odd", () => "in").RequireEntitlement("a,b", "c%2Cd");
        var group = app.MapGroup("/group").RequireEntitlement();
        group.MapGet("/any", () => "in");
        group.MapGet("/pro", () => "in").RequireEntitlement("PRO");
    }

    [Test]
    public async Task A_gate_opens_to_a_usable_right_only(
        [Values("/attribute", "/convention", "/group/any")] string path, [Values] bool explicitMiddleware)
    {
        await using var app = await GatedApp.StartAsync(app =>
        {
            if (explicitMiddleware)
                app.UseAuthorization();
            Map(app);
        });

        var statuses = new List<int>();
        foreach (var subject in new[] { "pro", "pack", "lapsed", "nobody", "down", "cut", "impossible", null })
            statuses.Add((await app.GetAsync(path, subject)).Status);

        Assert.That(statuses, Is.EqualTo(new[] { 200, 200, 402, 402, 503, 503, 401, 401 }));
    }

    [TestCase("/pro", "pro", 200)]
    [TestCase("/pro", "lapsed", 402)]
    [TestCase("/pro", "pack", 402)]
    [TestCase("/pro", "nobody", 402)]
    [TestCase("/pro", "down", 503)]
    [TestCase("/export", "pro", 200)]
    [TestCase("/export", "lapsed", 402, Description = "the feature of a right that is not usable")]
    [TestCase("/export", "pack", 402)]
    [TestCase("/beta", "pro", 402, Description = "a feature set to false")]
    [TestCase("/seats", "pro", 402, Description = "a number is not a yes")]
    [TestCase("/either", "pro", 200)]
    [TestCase("/either", "pack", 200)]
    [TestCase("/either", "nobody", 402)]
    [TestCase("/each", "both", 200)]
    [TestCase("/each", "pro", 402)]
    [TestCase("/each", "pack", 402)]
    [TestCase("/group/pro", "pro", 200)]
    [TestCase("/group/pro", "pack", 402)]
    public async Task A_code_names_a_product_or_a_granted_feature(string path, string subject, int status)
    {
        await using var app = await GatedApp.StartAsync(Map);

        Assert.That((await app.GetAsync(path, subject)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Gates_of_one_endpoint_ask_the_server_once()
    {
        await using var app = await GatedApp.StartAsync(Map);

        await app.GetAsync("/group/pro", "pro");

        Assert.That(app.Licenzy.Heard.Select(heard => heard.Target), Is.EqualTo(new[] { "/v1/customer/access/pro" }));
    }

    [Test]
    public async Task A_gate_for_any_right_asks_the_small_question()
    {
        await using var app = await GatedApp.StartAsync(Map);

        await app.GetAsync("/attribute", "pro");
        await app.GetAsync("/open", "pro");

        Assert.That(app.Licenzy.Heard.Select(heard => heard.Target), Is.EqualTo(new[] { "/v1/access/check" }));
    }

    [Test]
    public async Task Each_request_is_decided_anew()
    {
        await using var app = await GatedApp.StartAsync(Map);

        Assert.That((await app.GetAsync("/pro", "pro")).Status, Is.EqualTo(200));
        Assert.That((await app.GetAsync("/pro", "lapsed")).Status, Is.EqualTo(402));
        Assert.That((await app.GetAsync("/pro", "pro")).Status, Is.EqualTo(200));
    }

    [TestCase("/pro", "lapsed", """{"type":"urn:licenzy:error:entitlement_required","title":"Entitlement required","status":402,"detail":"This needs PRO. Buy or renew it.","error":"entitlement_required","required":["PRO"],"reason":"subscription_canceled"}""")]
    [TestCase("/each", "lapsed-with-pack", """{"type":"urn:licenzy:error:entitlement_required","title":"Entitlement required","status":402,"detail":"This needs PRO. Buy or renew it.","error":"entitlement_required","required":["PRO"],"reason":"subscription_canceled"}""")]
    [TestCase("/odd", "nobody", """{"type":"urn:licenzy:error:entitlement_required","title":"Entitlement required","status":402,"detail":"This needs a,b or c%2Cd. Buy or renew it.","error":"entitlement_required","required":["a,b","c%2Cd"],"reason":null}""")]
    [TestCase("/attribute", "lapsed", """{"type":"urn:licenzy:error:entitlement_required","title":"Entitlement required","status":402,"detail":"This needs a right that is usable now. Buy or renew one.","error":"entitlement_required","required":[],"reason":"subscription_canceled"}""")]
    [TestCase("/pro", null, """{"type":"urn:licenzy:error:subject_required","title":"Subject required","status":401,"detail":"It is not known who is asking. Sign in first.","error":"subject_required","required":["PRO"],"reason":null}""")]
    [TestCase("/pro", "down", """{"type":"urn:licenzy:error:unavailable","title":"Unavailable","status":503,"detail":"Whether this is paid for cannot be found out just now. Try again after Retry-After.","error":"unavailable","required":["PRO"],"reason":null}""")]
    public async Task A_closed_gate_says_what_is_missing(string path, string? subject, string body)
    {
        await using var app = await GatedApp.StartAsync(Map);

        var seen = await app.GetAsync(path, subject);

        Assert.Multiple(() =>
        {
            Assert.That(seen.Body, Is.EqualTo(body));
            Assert.That(seen.Json.GetProperty("status").GetInt32(), Is.EqualTo(seen.Status));
            Assert.That(seen.ContentType, Is.EqualTo("application/problem+json"));
            Assert.That(seen.Headers.CacheControl?.NoStore, Is.True);
        });
    }

    [TestCase("down", 17, Description = "the server's own wait")]
    [TestCase("cut", 40, Description = "the application's")]
    public async Task A_gate_that_cannot_decide_says_when_to_come_back(string subject, int seconds)
    {
        await using var app = await GatedApp.StartAsync(Map, gating: GatedApp.FromHeader + (options => options.RetryAfter = TimeSpan.FromSeconds(39.5)));

        Assert.That((await app.GetAsync("/pro", subject)).Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public async Task The_endpoint_can_read_the_decision()
    {
        await using var app = await GatedApp.StartAsync(app => app.MapGet("/read", (HttpContext context) =>
        {
            var decision = context.Features.Get<EntitlementDecision>()!;
            return $"{decision.Outcome} {decision.SubjectRef} {decision.Reason} {decision.Entitlement!.ProductCode} {decision.Access!.Entitlements.Count} {string.Join('+', decision.Required)}";
        }).RequireEntitlement("PRO"));

        Assert.That((await app.GetAsync("/read", "both")).Body, Is.EqualTo("Granted both subscription_active PRO 2 PRO"));
    }

    [TestCase("")]
    [TestCase(" ")]
    public void An_empty_code_is_refused(string code) =>
        Assert.That(() => new RequireEntitlementAttribute("PRO", code), Throws.ArgumentException.With.Message.Contains("code is empty"));
}
