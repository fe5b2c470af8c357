using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>The same key means the same operation: its first answer, byte for byte.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ConsumeReplayTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/usage/consume";

    [Test]
    [Spec(Route, "Idempotency-Key is required")]
    public async Task Without_a_key_it_is_refused()
    {
        var subject = await WithUnitsAsync(10);

        var answer = await Runtime.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = subject, ["units"] = 1 });

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")));
        Assert.That(answer.Fields, Is.EqualTo(new[] { "Idempotency-Key" }));
        Assert.That(await LeftAsync(subject), Is.EqualTo(10));
    }

    [Test]
    [Spec(Route, "same key and same body: the first answer again, byte-equal, with Idempotency-Replayed: true")]
    public async Task A_repeat_hears_the_same_and_takes_nothing()
    {
        var (subject, key) = (await WithUnitsAsync(10), Wire.NewKey());

        var first = await ConsumeAsync(subject, 4, key);
        await ConsumeAsync(subject, 1);
        var again = await ConsumeAsync(subject, 4, key);

        Assert.That((first.Status, first.Header("Idempotency-Replayed")), Is.EqualTo((200, (string?)null)));
        Assert.That((again.Status, again.Text, again.MediaType), Is.EqualTo((first.Status, first.Text, first.MediaType)));
        Assert.That(again.Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That(again.Header("X-Request-ID"), Is.Not.EqualTo(first.Header("X-Request-ID")));
        Assert.That(await LeftAsync(subject), Is.EqualTo(5));
    }

    [TestCase("""{"subject_ref":"S","units":5}""")]
    [TestCase("""{ "subject_ref":"S","units":4}""")]
    [TestCase("""{"units":4,"subject_ref":"S"}""")]
    [Spec(Route, "same key, other body (other bytes): 409 idempotency_conflict")]
    public async Task Other_bytes_are_another_request(string other)
    {
        var (subject, key) = (await WithUnitsAsync(10), Wire.NewKey());
        await Runtime.SendAsync(HttpMethod.Post, "/v1/usage/consume", $$"""{"subject_ref":"{{subject}}","units":4}""", key);

        var answer = await Runtime.SendAsync(HttpMethod.Post, "/v1/usage/consume", other.Replace("S", subject, StringComparison.Ordinal), key);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((409, "idempotency_conflict")), answer.Text);
        Assert.That(answer.Header("Idempotency-Replayed"), Is.Null);
        Assert.That(await LeftAsync(subject), Is.EqualTo(6));
    }

    [Test]
    [Spec(Route, "409 insufficient_usage is kept: its repeat takes no units that came later")]
    public async Task A_kept_no_stays_no()
    {
        var (subject, key) = (await WithUnitsAsync(3), Wire.NewKey());
        var first = await ConsumeAsync(subject, 4, key);
        await GrantAsync(subject, "PACK1000");

        var again = await ConsumeAsync(subject, 4, key);

        Assert.That((first.Status, first.Error), Is.EqualTo((409, "insufficient_usage")));
        Assert.That((again.Status, again.Text, again.MediaType), Is.EqualTo((409, first.Text, "application/problem+json")));
        Assert.That(again.Header("Idempotency-Replayed"), Is.EqualTo("true"));
        Assert.That(await LeftAsync(subject), Is.EqualTo(1003));
        Assert.That((await ConsumeAsync(subject, 4)).Status, Is.EqualTo(200), "a new key is a new question");
    }

    [Test]
    [Spec(Route, "refusals other than insufficient_usage are not kept")]
    public async Task A_refused_body_does_not_use_up_its_key()
    {
        var (subject, key) = (await WithUnitsAsync(3), Wire.NewKey());

        Assert.That((await ConsumeAsync(subject, 0, key)).Status, Is.EqualTo(400));
        Assert.That((await ConsumeAsync(subject, 3, key)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_key_is_of_its_route()
    {
        var (subject, key) = (await WithUnitsAsync(3), Wire.NewKey());
        var body = new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PACK1000" };

        Assert.That((await Runtime.PostAsync("/v1/checkout/session", body, key)).Status, Is.EqualTo(201));
        Assert.That((await ConsumeAsync(subject, 1, key)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec(Route, "answers are kept for at least 24 hours")]
    public async Task A_repeat_after_a_day_hears_the_same()
    {
        var (subject, key) = (await WithUnitsAsync(3), Wire.NewKey());
        var first = await ConsumeAsync(subject, 1, key);
        Clock.Advance(TimeSpan.FromHours(24));

        Assert.That((await ConsumeAsync(subject, 1, key)).Text, Is.EqualTo(first.Text));
    }

    [TestCase("a")]
    [TestCase("!~")]
    public async Task The_shortest_and_the_longest_key_are_taken(string key)
    {
        var subject = await WithUnitsAsync(2);

        Assert.That((await ConsumeAsync(subject, 1, key)).Status, Is.EqualTo(200));
        Assert.That((await ConsumeAsync(subject, 1, key.PadRight(255, 'x'))).Status, Is.EqualTo(200));
    }

    private async Task<string> WithUnitsAsync(long units)
    {
        var subject = NewSubject();
        Assert.That((await GrantAsync(subject, "PACK1000", new JsonObject { ["units"] = units })).Status, Is.EqualTo(201));
        return subject;
    }

    private async Task<long> LeftAsync(string subject) =>
        (await SummaryAsync(subject))["entitlements"]!.AsArray().Sum(right => (long)right!["usage_remaining"]!);
}
