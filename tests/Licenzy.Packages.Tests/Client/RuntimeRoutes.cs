using Licenzy.Access;
using Licenzy.Packages.Tests.Stubs;
using Licenzy.Usage;

namespace Licenzy.Packages.Tests.Client;

public sealed class RuntimeRoutes
{
    private const string NoAccess = """{"subject_ref":"x","has_access":false,"status":"none","version":0,"decided_at":"2026-11-30T12:00:00Z","next_change_at":null,"entitlements":[]}""";

    private static readonly ConsumeUsageRequest ThreeUnits = new() { SubjectRef = "user_123", Units = 3 };

    [Test]
    public async Task An_access_check_sends_the_subject_and_nothing_else()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        using var client = Clients.Of(stub);

        var decision = await client.CheckAccessAsync("user_123");

        var heard = stub.Heard.Single();
        Assert.Multiple(() =>
        {
            Assert.That(decision.Allowed, Is.True);
            Assert.That((heard.Method, heard.Target, heard.Body), Is.EqualTo(("POST", "/v1/access/check", """{"subject_ref":"user_123"}""")));
            Assert.That(heard.Headers.Authorization.ToString(), Is.EqualTo("Bearer " + Clients.Key));
            Assert.That(heard.Headers.ContentType.ToString(), Is.EqualTo("application/json; charset=utf-8"));
            Assert.That(heard.Headers.ContainsKey("Idempotency-Key"), Is.False);
            Assert.That(heard.Headers.UserAgent.ToString(), Does.StartWith("licenzy-dotnet/"));
        });
    }

    [Test]
    public async Task A_decision_ends_when_the_server_says_whatever_the_local_clock_shows()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed, 200,
            ("Date", "Mon, 30 Nov 2026 12:00:00 GMT"),
            ("Licenzy-Next-Change-At", "2026-11-30T12:10:00Z"),
            ("Licenzy-Subject-Version", "42"),
            ("Licenzy-Reason", "subscription_active")));
        var years = new SkippingClock();
        using var client = Clients.Of(stub, clock: years);

        var decision = await client.CheckAccessAsync("user_123");

        Assert.That(decision, Is.EqualTo(new AccessDecision
        {
            Allowed = true,
            Source = DecisionSource.Live,
            CheckedAt = years.Now,
            ValidUntil = years.Now.AddMinutes(10).AddSeconds(-2), // as far as Date may be off
            Reason = "subscription_active",
            SubjectVersion = 42,
        }));
    }

    [Test]
    public async Task A_decision_that_never_changes_by_time_alone_has_no_end()
    {
        await using var stub = await Stub.StartAsync(Answers.Json("""{"subject_ref":"user_123","allowed":false}"""));
        using var client = Clients.Of(stub);

        var decision = await client.CheckAccessAsync("user_123");

        Assert.That((decision.Allowed, decision.ValidUntil, decision.Reason, decision.SubjectVersion), Is.EqualTo((false, (DateTimeOffset?)null, (string?)null, (long?)null)));
    }

    [TestCase("user_123", "/v1/customer/access/user_123")]
    [TestCase("a/b", "/v1/customer/access/a%2Fb")]
    [TestCase("a%2Fb", "/v1/customer/access/a%252Fb")]
    [TestCase("a b+c?d#e&f", "/v1/customer/access/a%20b%2Bc%3Fd%23e%26f")]
    [TestCase("jürgen@example.com", "/v1/customer/access/j%C3%BCrgen%40example.com")]
    [TestCase("a\\b", "/v1/customer/access/a%5Cb")]
    [TestCase("a.", "/v1/customer/access/a.")]
    [TestCase("\u200Eright", "/v1/customer/access/%E2%80%8Eright")]
    [TestCase("😀", "/v1/customer/access/%F0%9F%98%80")]
    [TestCase(".", "/v1/customer/access?subject_ref=.")]
    [TestCase("..", "/v1/customer/access?subject_ref=..")]
    [TestCase("...", "/v1/customer/access?subject_ref=...")]
    [TestCase("", "/v1/customer/access?subject_ref=")]
    public async Task A_subject_reaches_the_server_as_it_is(string subject, string target)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(NoAccess));
        using var client = Clients.Of(stub);

        await client.GetCustomerAccessAsync(subject);

        Assert.That(stub.Heard.Single().Target, Is.EqualTo(target));
        Assert.That(stub.Heard.Single().Method, Is.EqualTo("GET"));
    }

    [Test]
    public async Task Half_a_surrogate_pair_is_refused_before_it_becomes_somebody_else()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        using var client = Clients.Of(stub);

        Assert.ThrowsAsync<ArgumentException>(() => client.CheckAccessAsync("a\uD800"));
        Assert.Throws<ArgumentException>(() => client.GetCustomerAccessAsync("\uDC00b"));
        Assert.Throws<ArgumentException>(() => client.GetEntitlementsAsync("\uDC00b"));
        Assert.Throws<ArgumentException>(() => client.ConsumeUsageAsync(ThreeUnits with { SubjectRef = "a\uD800" }));
        Assert.Throws<ArgumentException>(() => client.CreateCheckoutAsync(new() { SubjectRef = "a\uD800", ProductCode = "PRO" }));
        Assert.That(stub.Heard, Is.Empty);
    }

    [Test]
    public async Task The_rights_of_a_subject_are_read_whole()
    {
        const string body = """
            {"subject_ref":"user_123","has_access":true,"status":"active","version":7,"decided_at":"2026-11-30T12:00:00Z","next_change_at":"2026-12-30T00:00:00Z","added_later":1,
             "entitlements":[{"id":"ent_1","product_code":"PRO","kind":"subscription","status":"active","available":true,"availability_reason":"subscription_active","usage_remaining":null,
             "starts_at":"2026-11-30T00:00:00Z","expires_at":null,"current_period_end":"2026-12-30T00:00:00Z","cancel_at_period_end":false,"grace_period_ends_at":null,"features":{"export":true}}]}
            """;
        await using var stub = await Stub.StartAsync(Answers.Json(body));
        using var client = Clients.Of(stub);

        var access = await client.GetCustomerAccessAsync("user_123");

        Assert.Multiple(() =>
        {
            Assert.That((access.HasAccess, access.Status, access.Version), Is.EqualTo((true, "active", 7L)));
            Assert.That(access.NextChangeAt, Is.EqualTo(new DateTimeOffset(2026, 12, 30, 0, 0, 0, TimeSpan.Zero)));
            Assert.That((access.Entitlements[0].ProductCode, access.Entitlements[0].Features["export"].GetBoolean()), Is.EqualTo(("PRO", true)));
        });
    }

    [Test]
    public async Task A_consume_without_a_key_gets_a_fresh_one_each_call()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Consumed));
        using var client = Clients.Of(stub);

        var answer = await client.ConsumeUsageAsync(ThreeUnits);
        await client.ConsumeUsageAsync(ThreeUnits);

        var keys = stub.Heard.Select(heard => heard.Headers["Idempotency-Key"].ToString()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That((answer.Consumed, answer.UsageRemaining, answer.ConsumptionId), Is.EqualTo((3L, 97L, "use_01J")));
            Assert.That((stub.Heard[0].Method, stub.Heard[0].Target, stub.Heard[0].Body), Is.EqualTo(("POST", "/v1/usage/consume", """{"subject_ref":"user_123","units":3}""")));
            Assert.That(keys, Has.All.Matches("^[0-9a-f]{32}$"));
            Assert.That(keys, Is.Unique);
        });
    }

    [Test]
    public async Task A_callers_own_key_is_sent_as_it_is()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Consumed));
        using var client = Clients.Of(stub);

        await client.ConsumeUsageAsync(ThreeUnits, "order-7/line:2");

        Assert.That(stub.Heard.Single().Headers["Idempotency-Key"].ToString(), Is.EqualTo("order-7/line:2"));
    }

    [TestCase("")]
    [TestCase("two words")]
    [TestCase("line\r\nX-Injected: 1")]
    [TestCase("schlüssel")]
    public async Task A_key_that_no_header_can_carry_is_refused(string key)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Consumed));
        using var client = Clients.Of(stub);

        Assert.Throws<ArgumentException>(() => client.ConsumeUsageAsync(ThreeUnits, key));
        Assert.That(stub.Heard, Is.Empty);
    }

    [Test]
    public async Task A_checkout_sends_what_was_set_and_leaves_out_what_was_not()
    {
        await using var stub = await Stub.StartAsync(Answers.Json(
            """{"attempt_id":"att_1","status":"created","checkout_url":"https://checkout.stripe.com/c/1","mode":"test","expires_at":"2026-12-01T12:00:00Z"}""", 201));
        using var client = Clients.Of(stub);

        var session = await client.CreateCheckoutAsync(new() { SubjectRef = "user_123", ProductCode = "PRO", Metadata = new Dictionary<string, string> { ["teamSize"] = "4" } });

        var heard = stub.Heard.Single();
        Assert.Multiple(() =>
        {
            Assert.That(session.CheckoutUrl, Is.EqualTo("https://checkout.stripe.com/c/1"));
            Assert.That((heard.Method, heard.Target), Is.EqualTo(("POST", "/v1/checkout/session")));
            Assert.That(heard.Body, Is.EqualTo("""{"subject_ref":"user_123","product_code":"PRO","metadata":{"teamSize":"4"}}"""));
            Assert.That(heard.Headers["Idempotency-Key"].ToString(), Has.Length.EqualTo(32));
        });
    }

    [TestCase("licenzy")]
    [TestCase("licenzy/")]
    public async Task A_path_in_the_base_address_is_kept(string path)
    {
        await using var stub = await Stub.StartAsync(Answers.Json(Answers.Allowed));
        using var client = LicenzyClient.Create(Clients.OptionsFor(new Uri(stub.Address, path)));

        await client.CheckAccessAsync("user_123");

        Assert.That(stub.Heard.Single().Target, Is.EqualTo("/licenzy/v1/access/check"));
    }
}
