using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>Units are taken all or none, soonest-expiring first.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ConsumeTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/usage/consume";

    [Test]
    [Spec(Route, "the answer names what was consumed, what is left and the consumption")]
    public async Task The_answer_has_the_contracts_members()
    {
        var subject = NewSubject();
        await GivenAsync(subject, 1000);

        var answer = await ConsumeAsync(subject, 100);

        var id = (string)answer.Json["consumption_id"]!;
        Assert.That(id, Does.Match("^use_[0-9A-HJKMNP-TV-Z]{26}$"));
        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "application/json")));
        Assert.That(answer.Text, Is.EqualTo($$"""{"ok":true,"consumed":100,"usage_remaining":900,"consumption_id":"{{id}}"}"""));
    }

    [Test]
    [Spec(Route, "soonest-expiring first, then oldest; usage_remaining is what is left over all of them")]
    public async Task The_soonest_to_expire_goes_first()
    {
        var subject = NewSubject();
        var forever = await GivenAsync(subject, 10);
        var late = await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(10));
        Clock.Advance(TimeSpan.FromSeconds(1));
        var soon = await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(5));

        var answer = await ConsumeAsync(subject, 7);

        Assert.That((long)answer.Json["usage_remaining"]!, Is.EqualTo(13));
        Assert.That(await LeftAsync(subject), Is.EqualTo(new Dictionary<string, long> { [forever] = 10, [late] = 3, [soon] = 0 }));
    }

    [Test]
    public async Task Of_two_that_expire_together_the_older_goes_first()
    {
        var subject = NewSubject();
        var end = Clock.GetUtcNow().AddDays(10);
        var older = await GivenAsync(subject, 5, end);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = await GivenAsync(subject, 5, end);

        await ConsumeAsync(subject, 6);

        Assert.That(await LeftAsync(subject), Is.EqualTo(new Dictionary<string, long> { [older] = 0, [newer] = 4 }));
    }

    [Test]
    public async Task Expired_units_are_not_taken()
    {
        var subject = NewSubject();
        await GivenAsync(subject, 5, Clock.GetUtcNow().AddDays(1));
        await GivenAsync(subject, 3);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.That((await ConsumeAsync(subject, 4)).Error, Is.EqualTo("insufficient_usage"));
        Assert.That((long)(await ConsumeAsync(subject, 3)).Json["usage_remaining"]!, Is.Zero);
    }

    [Test]
    [Spec(Route, "the units a subscription includes for its current period count")]
    public async Task A_subscription_includes_units()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PROPLUS", quantity: 3)).Url);

        Assert.That((long)(await ConsumeAsync(subject, 250)).Json["usage_remaining"]!, Is.EqualTo(50));
        Assert.That((await ConsumeAsync(subject, 51)).Error, Is.EqualTo("insufficient_usage"));
        Assert.That(await AllowedAsync(subject), Is.True, "a subscription outlives its units");
    }

    [Test]
    [Spec(Route, "all units or none: not enough is 409 insufficient_usage and takes nothing")]
    public async Task Not_enough_takes_nothing()
    {
        var subject = NewSubject();
        await GivenAsync(subject, 5);
        await GivenAsync(subject, 5);

        var answer = await ConsumeAsync(subject, 11);

        Assert.That((answer.Status, answer.MediaType, answer.Error), Is.EqualTo((409, "application/problem+json", "insufficient_usage")));
        Assert.That((string)answer.Json["type"]!, Is.EqualTo("urn:licenzy:error:insufficient_usage"));
        Assert.That((int)answer.Json["status"]!, Is.EqualTo(409));
        Assert.That((string)answer.Json["request_id"]!, Is.EqualTo(answer.Header("X-Request-ID")));
        Assert.That((string)answer.Json["title"]!, Is.Not.Empty);
        Assert.That((string)answer.Json["detail"]!, Is.EqualTo("Units asked for: 11; left: 10. Nothing was taken."));
        Assert.That((await LeftAsync(subject)).Values.Sum(), Is.EqualTo(10));
    }

    [Test]
    [Spec(Route, "no pack at all is 409 insufficient_usage")]
    public async Task A_subject_without_units_is_refused_alike([Values("unknown", "pass")] string who)
    {
        var subject = NewSubject();
        if (who == "pass")
            await GrantAsync(subject, "PASS30");

        Assert.That(await ConsumeAsync(subject, 1) is { Status: 409, Error: "insufficient_usage" });
    }

    [TestCase(0L)]
    [TestCase(-1L)]
    [TestCase(1_000_000_001L)]
    [TestCase(long.MaxValue)]
    [Spec(Route, "units is an integer from 1 to 1,000,000,000")]
    public async Task Units_out_of_range_are_refused(long units)
    {
        var answer = await ConsumeAsync(NewSubject(), units);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "units" }));
    }

    private async Task<string> GivenAsync(string subject, long units, DateTimeOffset? expiresAt = null)
    {
        var body = new JsonObject { ["units"] = units };
        if (expiresAt is { } end)
            body["expires_at"] = Wire.Time(end);
        var answer = await GrantAsync(subject, "PACK1000", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return (string)answer.Json["id"]!;
    }

    private async Task<Dictionary<string, long>> LeftAsync(string subject) => (await SummaryAsync(subject))["entitlements"]!.AsArray()
        .ToDictionary(right => (string)right!["id"]!, right => (long)right!["usage_remaining"]!);
}
