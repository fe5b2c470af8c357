using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Stripe;

/// <summary>A signing secret is rolled at Stripe: for a while events come signed with either.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WebhookSecretRollTests(Engine engine) : WebhookFixture(engine)
{
    private const string Put = "PUT /portal/stripe/connection";
    private static int _secrets;

    [Test]
    [Spec(Put, "a new webhook_secret leaves the old one for 24 hours, to the instant")]
    [Spec(Route, "a connection with current and previous secret: signed with the previous is 200 until it is removed")]
    public async Task The_previous_secret_ends_at_its_instant()
    {
        var (old, next) = (await SetAsync(NewSecret(), 0), NewSecret());
        var until = Clock.GetUtcNow().AddHours(24);

        var saved = await SaveAsync(next);

        Assert.That((string)saved["previous_webhook_secret_until"]!, Is.EqualTo(Wire.Time(until)));
        Assert.That(saved.ToJsonString(), Does.Not.Contain(old).And.Not.Contain(next));
        Assert.That((await AcceptsAsync(old), await AcceptsAsync(next)), Is.EqualTo((true, true)));

        Clock.Set(until.AddMilliseconds(-1));
        Assert.That(await AcceptsAsync(old), Is.True);
        Clock.Set(until);
        Assert.That((await AcceptsAsync(old), await AcceptsAsync(next)), Is.EqualTo((false, true)));
        Assert.That((await ShownAsync())["previous_webhook_secret_until"], Is.Null);
    }

    [Test]
    [Spec(Put, "overlap_hours 0 refuses the old secret at once")]
    public async Task No_overlap_is_none()
    {
        var (old, next) = (await SetAsync(NewSecret(), 0), NewSecret());

        Assert.That((await SaveAsync(next, 0))["previous_webhook_secret_until"], Is.Null);

        Assert.That((await AcceptsAsync(old), await AcceptsAsync(next)), Is.EqualTo((false, true)));
    }

    [Test]
    [Spec(Put, "a second roll within the overlap keeps the secret in use, and no third")]
    public async Task A_second_roll_drops_the_oldest()
    {
        var (first, second, third) = (await SetAsync(NewSecret(), 0), NewSecret(), NewSecret());
        await SaveAsync(second, 168);
        Clock.Advance(TimeSpan.FromHours(1));
        await SaveAsync(third, 2);

        Assert.That((await AcceptsAsync(first), await AcceptsAsync(second), await AcceptsAsync(third)), Is.EqualTo((false, true, true)));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.That((await AcceptsAsync(second), await AcceptsAsync(third)), Is.EqualTo((false, true)));
    }

    [Test]
    [Spec(Put, "the same secret again rolls nothing; with overlap_hours it ends the overlap earlier, and 0 ends it now")]
    public async Task The_same_secret_is_no_roll()
    {
        var (old, next) = (await SetAsync(NewSecret(), 0), NewSecret());
        await SaveAsync(next, 10);
        var until = Clock.GetUtcNow().AddHours(10);

        Assert.That((string)(await SaveAsync(next))["previous_webhook_secret_until"]!, Is.EqualTo(Wire.Time(until)));
        Assert.That((string)(await SaveAsync(null))["previous_webhook_secret_until"]!, Is.EqualTo(Wire.Time(until)), "another save leaves it");
        Assert.That(await AcceptsAsync(old), Is.True);
        Assert.That((string)(await SaveAsync(next, 168))["previous_webhook_secret_until"]!, Is.EqualTo(Wire.Time(until)), "never later");
        Assert.That((await SaveAsync(next, 0))["previous_webhook_secret_until"], Is.Null);
        Assert.That(await AcceptsAsync(old), Is.False);
    }

    [TestCase(-1L, true)]
    [TestCase(169L, true)]
    [TestCase(1L, false)]
    [Spec(Put, "overlap_hours is 0 to 168 and stands beside webhook_secret only")]
    public async Task A_wrong_overlap_is_refused(long hours, bool withSecret)
    {
        var body = Body(withSecret ? NewSecret() : null, hours);
        var answer = await Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", body);
        Assert.That((answer.Status, string.Join(',', answer.Fields)), Is.EqualTo((400, "overlap_hours")));
    }

    [Test]
    public async Task The_previous_secret_is_sealed()
    {
        var old = await SetAsync(NewSecret(), 0);
        await SaveAsync(NewSecret());

        var stored = await Rows.ValueAsync<byte[]>(Server, "select previous_webhook_secret from stripe_connections where mode = 'test'");
        Assert.That(System.Text.Encoding.Latin1.GetString(stored!), Does.Not.Contain(old));
    }

    private static string NewSecret() => $"whsec_rolled_{Interlocked.Increment(ref _secrets):0000}";

    private JsonObject Body(string? secret, long? hours)
    {
        var body = new JsonObject { ["mode"] = "test", ["secret_key"] = Stripe.SecretKey, ["verify"] = false };
        if (secret is not null)
            body["webhook_secret"] = secret;
        if (hours is not null)
            body["overlap_hours"] = hours;
        return body;
    }

    private async Task<string> SetAsync(string secret, long? hours)
    {
        await SaveAsync(secret, hours);
        return secret;
    }

    private async Task<JsonNode> SaveAsync(string? secret, long? hours = null)
    {
        var answer = await Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", Body(secret, hours));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    private async Task<JsonNode> ShownAsync() => (await Portal.GetAsync("/portal/stripe/connection")).Json["data"]![0]!;

    private async Task<bool> AcceptsAsync(string secret)
    {
        var payload = Bytes(new StripeSample().Event("invoice.paid", Now()));
        return (await PostAsync(payload, Sign(payload, secret: secret))).Status == 200;
    }
}
