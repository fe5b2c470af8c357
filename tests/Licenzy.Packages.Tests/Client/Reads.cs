using Licenzy.Packages.Tests.Stubs;

namespace Licenzy.Packages.Tests.Client;

/// <summary>Lists, and reads from a version on.</summary>
public sealed class Reads
{
    private const string NoRights = """{"subject_ref":"x","entitlements":[],"next_cursor":null}""";
    private const string NoAccess = """{"subject_ref":"x","has_access":false,"status":"none","version":0,"decided_at":"2026-11-30T12:00:00Z","next_change_at":null,"entitlements":[]}""";

    [TestCase("user_123", null, null, null, "/v1/entitlements/user_123")]
    [TestCase("user_123", "active", 5, "ZW50", "/v1/entitlements/user_123?status=active&limit=5&cursor=ZW50")]
    [TestCase("a/b", null, 100, null, "/v1/entitlements/a%2Fb?limit=100")]
    [TestCase(".", "past_due", null, null, "/v1/entitlements?subject_ref=.&status=past_due")]
    [TestCase("x", "a&b=c", null, "=&", "/v1/entitlements/x?status=a%26b%3Dc&cursor=%3D%26")]
    public async Task Rights_are_asked_for_as_the_contract_writes_it(string subject, string? status, int? limit, string? cursor, string target)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(NoRights));
        using var client = Clients.Of(stub);

        await client.GetEntitlementsAsync(subject, status, limit, cursor);

        Assert.That((stub.Heard.Single().Method, stub.Heard.Single().Target), Is.EqualTo(("GET", target)));
    }

    [Test]
    public async Task Rights_are_read_whole()
    {
        const string body = """
            {"subject_ref":"user_123","entitlements":[{"id":"ent_1","subject_ref":"user_123","product_code":"PACK100","kind":"usage_pack","status":"canceled","status_cause":"refund",
             "available":false,"availability_reason":"refunded","units_granted":200,"usage_remaining":0,"quantity":2,"source":"stripe","starts_at":"2026-11-30T00:00:00Z",
             "expires_at":null,"current_period_end":null,"cancel_at_period_end":false,"grace_period_ends_at":null,"features":{"export":true},"stripe_checkout_session_id":"cs_1",
             "stripe_payment_intent_id":"pi_1","stripe_subscription_id":null,"created_at":"2026-11-30T00:00:00Z","updated_at":"2026-11-30T12:00:00.5Z","added_later":1}],
             "next_cursor":"ZW50XzE"}
            """;
        await using var stub = await Stub.StartAsync(Answers.Json(body));
        using var client = Clients.Of(stub);

        var page = await client.GetEntitlementsAsync("user_123");

        var right = page.Entitlements.Single();
        Assert.Multiple(() =>
        {
            Assert.That((page.SubjectRef, page.NextCursor), Is.EqualTo(("user_123", "ZW50XzE")));
            Assert.That((right.Status, right.StatusCause, right.Source, right.Quantity), Is.EqualTo(("canceled", "refund", "stripe", 2L)));
            Assert.That((right.UnitsGranted, right.UsageRemaining), Is.EqualTo((200L, 0L)));
            Assert.That((right.StripeCheckoutSessionId, right.StripePaymentIntentId, right.StripeSubscriptionId), Is.EqualTo(("cs_1", "pi_1", (string?)null)));
            Assert.That(right.UpdatedAt - right.CreatedAt, Is.EqualTo(TimeSpan.FromHours(12) + TimeSpan.FromMilliseconds(500)));
        });
    }

    [Test]
    public async Task Products_are_read_page_by_page()
    {
        await using var stub = await Stub.StartAsync(
            Answers.Json("""{"data":[{"product_code":"PRO","name":"Pro","kind":"subscription","units":100,"duration_days":null,"features":{"seats":5}}],"next_cursor":"cHJk"}"""),
            Answers.Json("""{"data":[],"next_cursor":null}"""));
        using var client = Clients.Of(stub);

        var first = await client.GetProductsAsync(limit: 1);
        var second = await client.GetProductsAsync(limit: 1, cursor: first.NextCursor);

        var product = first.Data.Single();
        Assert.That((product.ProductCode, product.Name, product.Kind, product.Units, product.DurationDays), Is.EqualTo(("PRO", "Pro", "subscription", 100L, (long?)null)));
        Assert.That(product.Features["seats"].GetInt32(), Is.EqualTo(5));
        Assert.That((second.Data.Count, second.NextCursor), Is.EqualTo((0, (string?)null)));
        Assert.That(stub.Heard.Select(heard => heard.Target), Is.EqualTo(new[] { "/v1/products?limit=1", "/v1/products?limit=1&cursor=cHJk" }));
    }

    [TestCase(0L, "")]
    [TestCase(1L, "1")]
    [TestCase(long.MaxValue, "9223372036854775807")]
    public async Task A_version_that_was_seen_is_asked_for(long version, string header)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed), Answers.Json(NoAccess), Answers.Json(NoRights));
        using var client = Clients.Of(stub);

        await client.CheckAccessAsync("user_123", version);
        await client.GetCustomerAccessAsync("user_123", version);
        await client.GetEntitlementsAsync("user_123", minVersion: version);

        Assert.That(stub.Heard.Select(heard => heard.Headers["Licenzy-Min-Version"].ToString()), Is.All.EqualTo(header).And.Exactly(3).Items);
    }

    [Test]
    public async Task A_version_below_zero_is_refused_before_anything_is_sent()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(NoAccess));
        using var client = Clients.Of(stub);

        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.CheckAccessAsync("user_123", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.GetCustomerAccessAsync("user_123", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.GetEntitlementsAsync("user_123", minVersion: -1));
        Assert.That(stub.Heard, Is.Empty);
    }
}
