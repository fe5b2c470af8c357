using Licenzy.Checkout;
using System.Net;
using Licenzy.Access;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>What a test of an application does with the fake.</summary>
public sealed class FakeLicenzyTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _clock = new(Now);
    private FakeLicenzy _licenzy = null!;

    [SetUp]
    public void Begin()
    {
        _clock.Set(Now);
        _licenzy = new FakeLicenzy(_clock);
    }

    [Test]
    public async Task Nobody_has_a_right_that_was_not_given()
    {
        _licenzy.Give("user_1", FakeRight.Subscription("PRO"));

        Assert.That((await _licenzy.CheckAccessAsync("user_1")).Allowed, Is.True);
        Assert.That(await _licenzy.CheckAccessAsync("User_1"), Is.EqualTo(new AccessDecision
        {
            Allowed = false, Source = DecisionSource.Live, CheckedAt = Now, Reason = "no_entitlement", SubjectVersion = 0,
        }));
    }

    [Test]
    public async Task A_right_ends_by_the_clock()
    {
        _licenzy.Give("user_1", FakeRight.TimePass("DAY", TimeSpan.FromDays(1)));
        Assert.That((await _licenzy.CheckAccessAsync("user_1")).ValidUntil, Is.EqualTo(Now.AddDays(1)));

        _clock.Advance(TimeSpan.FromDays(1));

        var decision = await _licenzy.CheckAccessAsync("user_1");
        Assert.That((decision.Allowed, decision.Reason, decision.ValidUntil), Is.EqualTo((false, "time_pass_expired", (DateTimeOffset?)null)));
    }

    [Test]
    public async Task A_right_begins_by_the_clock()
    {
        _licenzy.Give("user_1", FakeRight.Subscription("PRO").From(Now.AddHours(1)).Lasting(TimeSpan.FromHours(2)));

        var reasons = new List<string?>();
        foreach (var hour in new[] { 0, 1, 3 })
        {
            _clock.Set(Now.AddHours(hour));
            reasons.Add((await _licenzy.CheckAccessAsync("user_1")).Reason);
        }

        Assert.That(reasons, Is.EqualTo(new[] { "not_started", "subscription_active", "subscription_canceled" }));
    }

    [Test]
    public async Task Units_are_taken_from_what_ends_first_and_all_or_none()
    {
        _licenzy.Give("user_1", FakeRight.UsagePack("LATE", 10), FakeRight.UsagePack("SOON", 5).Until(Now.AddDays(1)));

        Assert.That((await _licenzy.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = 7 })).UsageRemaining, Is.EqualTo(8));
        var refused = Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = 9 }))!;

        Assert.That((refused.StatusCode, refused.Code), Is.EqualTo((HttpStatusCode.Conflict, ErrorCodes.InsufficientUsage)));
        var left = (await _licenzy.GetEntitlementsAsync("user_1")).Entitlements.ToDictionary(right => right.ProductCode, right => right.UsageRemaining);
        Assert.That(left, Is.EqualTo(new Dictionary<string, long?> { ["LATE"] = 8, ["SOON"] = 0 }));
    }

    [Test]
    public async Task Sixty_four_takers_at_once_take_no_more_than_there_is()
    {
        _licenzy.Give("user_1", FakeRight.UsagePack("PACK", 100));

        var taken = await Task.WhenAll(Enumerable.Range(0, 64).Select(n => Task.Run(async () =>
        {
            try
            {
                return (await _licenzy.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = 3 })).Consumed;
            }
            catch (LicenzyApiException)
            {
                return 0L;
            }
        })));

        Assert.That(taken.Sum(), Is.EqualTo(99));
    }

    [Test]
    public async Task Denied_is_revoked_and_the_version_grows()
    {
        _licenzy.Give("user_1", FakeRight.Subscription("PRO"), FakeRight.UsagePack("PACK", 5));
        var before = await _licenzy.CheckAccessAsync("user_1");

        _licenzy.Deny("user_1").Deny("user_2");

        var after = await _licenzy.CheckAccessAsync("user_1", before.SubjectVersion!.Value);
        Assert.That((before.Allowed, after.Allowed, after.Reason), Is.EqualTo((true, false, "revoked")));
        Assert.That(after.SubjectVersion, Is.GreaterThan(before.SubjectVersion));
        Assert.That((await _licenzy.GetEntitlementsAsync("user_1", "revoked")).Entitlements, Has.Count.EqualTo(2));
        Assert.That((await _licenzy.CheckAccessAsync("user_2")).SubjectVersion, Is.Zero);
        Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.ConsumeUsageAsync(new() { SubjectRef = "user_1", Units = 1 }));
    }

    [TestCase("refunded")]
    [TestCase("disputed")]
    [TestCase("revoked")]
    public async Task What_was_taken_back_says_why(string reason)
    {
        foreach (var right in new[] { FakeRight.Subscription("PRO"), FakeRight.TimePass("DAY", TimeSpan.FromDays(1)), FakeRight.UsagePack("PACK", 5) })
        {
            _licenzy.Give($"{reason} {right}", reason switch { "refunded" => right.Refunded(), "disputed" => right.Disputed(), _ => right.Revoked() });
            var decision = await _licenzy.CheckAccessAsync($"{reason} {right}");
            Assert.That((decision.Allowed, decision.Reason), Is.EqualTo((false, reason)));
        }
    }

    [Test]
    public async Task Features_are_those_of_the_right()
    {
        _licenzy.Give("user_1", FakeRight.Subscription("PRO").Granting("export", "share").WithFeature("seats", 5).WithFeature("tier", "gold").WithFeature("export", false));

        var features = (await _licenzy.GetCustomerAccessAsync("user_1")).Entitlements.Single().Features;

        Assert.That(features.ToDictionary(feature => feature.Key, feature => feature.Value.GetRawText()), Is.EqualTo(
            new Dictionary<string, string> { ["export"] = "false", ["share"] = "true", ["seats"] = "5", ["tier"] = "\"gold\"" }));
    }

    [Test]
    public async Task An_outage_is_what_the_client_throws_in_one()
    {
        _licenzy.Give("user_1", FakeRight.Subscription("PRO")).GoDown();
        var unreachable = Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.CheckAccessAsync("user_1"))!;
        _licenzy.GoDown(TimeSpan.FromSeconds(17));
        var unavailable = Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.GetProductsAsync())!;
        _licenzy.ComeBack();

        Assert.That((unreachable.StatusCode, unreachable.Code, unreachable.RetryAfter), Is.EqualTo(((HttpStatusCode?)null, "unavailable", (TimeSpan?)null)));
        Assert.That((unavailable.StatusCode, unavailable.Code, unavailable.RetryAfter), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "unavailable", TimeSpan.FromSeconds(17))));
        Assert.That((await _licenzy.CheckAccessAsync("user_1")).Allowed, Is.True);
    }

    [Test]
    public async Task Calls_are_counted_refused_ones_too()
    {
        await _licenzy.CheckAccessAsync("user_1");
        await _licenzy.GetProductsAsync();
        _licenzy.GoDown();
        Assert.ThrowsAsync<LicenzyApiException>(() => _licenzy.CheckAccessAsync("user_2"));
        Assert.Throws<ArgumentNullException>(() => _licenzy.CheckAccessAsync(null!));

        Assert.That(_licenzy.Calls, Is.EqualTo(new FakeLicenzyCall[]
        {
            new("CheckAccessAsync", "user_1"), new("GetProductsAsync", null), new("CheckAccessAsync", "user_2"),
        }));
    }

    [Test]
    public async Task The_calls_that_are_kept_have_a_bound()
    {
        for (var call = 0; call < 10_001; call++)
            await _licenzy.CheckAccessAsync($"user_{call}");

        Assert.That((_licenzy.Calls.Count, _licenzy.Calls[0].SubjectRef), Is.EqualTo((10_000, "user_1")));
    }

    [Test]
    public void A_call_that_was_given_up_is_given_up() =>
        Assert.That(async () => await _licenzy.CheckAccessAsync("user_1", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public async Task What_is_sold_is_listed_and_what_is_paid_is_held()
    {
        _licenzy.Sell(FakeRight.Subscription("PRO").Including(10), "Pro").Sell(FakeRight.TimePass("DAY", TimeSpan.FromDays(1)));
        var products = await _licenzy.GetProductsAsync();
        var session = await _licenzy.CreateCheckoutAsync(new() { SubjectRef = "user_1", ProductCode = "PRO", Quantity = 3 });
        var unpaid = (await _licenzy.CheckAccessAsync("user_1")).Allowed;
        _licenzy.Pay(session.CheckoutUrl).Pay(session.AttemptId);

        Assert.That(products.Data.Select(product => (product.ProductCode, product.Name, product.Units, product.DurationDays)), Is.EqualTo(
            new (string, string, long?, long?)[] { ("DAY", "DAY", null, 1), ("PRO", "Pro", 10, null) }));
        var right = (await _licenzy.GetEntitlementsAsync("user_1")).Entitlements.Single();
        Assert.That((unpaid, right.Available, right.UnitsGranted, right.Quantity, right.Source), Is.EqualTo((false, true, 30L, 3L, "stripe")));
        Assert.That(() => _licenzy.Pay("att_unknown"), Throws.InvalidOperationException.With.Message.Contains("att_unknown"));
    }

    [Test]
    public void A_test_that_asks_for_the_impossible_is_told()
    {
        Assert.That(() => FakeRight.UsagePack("PACK", 5).Paused(), Throws.InvalidOperationException.With.Message.EqualTo("Paused is about a subscription, and PACK is a usage_pack."));
        Assert.That(() => FakeRight.UsagePack("PACK", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FakeRight.TimePass("PASS", TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => FakeRight.Subscription(""), Throws.ArgumentException);
        Assert.That(() => _licenzy.Give("", FakeRight.Subscription("PRO")), Throws.ArgumentException.With.Message.Contains("1 to 255 characters"));
    }

    [Test]
    public async Task A_purchase_tells_what_became_of_it()
    {
        _licenzy.Sell(FakeRight.Subscription("PRO"));
        var session = await _licenzy.CreateCheckoutAsync(new() { SubjectRef = "user_2", ProductCode = "PRO" });
        var before = await _licenzy.GetCheckoutAsync(session.AttemptId);
        _licenzy.Pay(session.AttemptId);
        var after = await _licenzy.GetCheckoutAsync(session.AttemptId);

        Assert.That((before.Status, before.EntitlementId, before.CheckoutUrl), Is.EqualTo(("created", (string?)null, session.CheckoutUrl)));
        Assert.That((after.Status, after.CheckoutUrl), Is.EqualTo(("completed", (string?)null)));
        Assert.That(after.EntitlementId, Is.EqualTo((await _licenzy.GetEntitlementsAsync("user_2")).Entitlements.Single().Id));
        Assert.That(() => _licenzy.GetCheckoutAsync("att_unknown"), Throws.TypeOf<LicenzyApiException>().With.Property("Code").EqualTo(ErrorCodes.NotFound));
    }

    [Test]
    public async Task Only_who_has_paid_visits_stripes_portal()
    {
        CreateBillingPortalSessionRequest request = new() { SubjectRef = "user_3", ReturnUrl = "https://shop.example" };
        Assert.That(() => _licenzy.CreateBillingPortalSessionAsync(request), Throws.TypeOf<LicenzyApiException>().With.Property("Code").EqualTo(ErrorCodes.NoStripeCustomer));
        _licenzy.Sell(FakeRight.UsagePack("PACK", 10)).Pay((await _licenzy.CreateCheckoutAsync(new() { SubjectRef = "user_3", ProductCode = "PACK" })).AttemptId);

        Assert.That((await _licenzy.CreateBillingPortalSessionAsync(request)).Url, Does.StartWith("https://"));
    }
}
