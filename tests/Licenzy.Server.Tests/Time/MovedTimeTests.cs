using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Changes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Time;

/// <summary>What a moved clock does to the rights of test mode, and to nothing else.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class MovedTimeTests(Engine engine) : TestClockFixture(engine)
{
    [Test]
    [Spec(Move, "every question about test mode's rights is decided by the moved clock from the next one on")]
    public async Task Every_read_is_of_the_moved_time()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        Assert.That(await AllowedAsync(subject), Is.True);

        var now = await AdvanceAsync(TimeSpan.FromDays(30));

        Assert.That(await AllowedAsync(subject), Is.False);
        var summary = await SummaryAsync(subject);
        Assert.That(((bool)summary["has_access"]!, (string)summary["status"]!, Time(summary["decided_at"])), Is.EqualTo((false, "expired", now)));
        Assert.That(Time((await SummaryAsync("nobody"))["decided_at"]), Is.EqualTo(now), "for an unknown subject too");
        Assert.That((string)(await Runtime.GetAsync($"/v1/entitlements/{subject}?status=expired")).Json["entitlements"]![0]!["availability_reason"]!, Is.EqualTo("time_pass_expired"));
        var page = (await Portal.GetAsync($"/portal/customers/{subject}")).Json;
        Assert.That(((string)page["decision"]!["reason"]!, Time(page["decision"]!["decided_at"])), Is.EqualTo(("time_pass_expired", now)));
        Assert.That((bool)(await Portal.GetAsync($"/portal/customers?query={subject}")).Json["data"]![0]!["has_access"]!, Is.False);
    }

    [Test]
    [Spec(Move, "consumption, grants and corrections go by the moved clock")]
    public async Task Every_write_is_of_the_moved_time()
    {
        var subject = NewSubject();
        var pack = (await GrantAsync(subject, "PACK1000", new JsonObject { ["expires_at"] = Wire.Time(Clock.GetUtcNow().AddDays(10)) })).Json;
        var now = await AdvanceAsync(TimeSpan.FromDays(10));

        Assert.That((await ConsumeAsync(subject, 1)).Error, Is.EqualTo("insufficient_usage"));
        var correction = await Portal.PostAsync(
            $"/portal/customers/{subject}/usage-adjustments", new JsonObject { ["entitlement_id"] = (string)pack["id"]!, ["units"] = 1, ["reason"] = "a test" });
        Assert.That(correction.Error, Is.EqualTo("entitlement_ended"));
        var past = await GrantAsync(subject, "PASS30", new JsonObject { ["expires_at"] = Wire.Time(Clock.GetUtcNow().AddDays(5)) });
        Assert.That((past.Status, past.Fields), Is.EqualTo((400, (IReadOnlyList<string>)["expires_at"])));
        var pass = (await GrantAsync(subject, "PASS30")).Json;
        Assert.That((Time(pass["starts_at"]), Time(pass["expires_at"])), Is.EqualTo((now, now.AddDays(30))));
    }

    [Test]
    [Spec("POST /v1/access/check", "Licenzy-Next-Change-At is real time, as Date is, however test mode's clock was moved")]
    public async Task The_header_counts_from_Date()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        await AdvanceAsync(TimeSpan.FromDays(29));

        var answer = await Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });

        Assert.That(DateTimeOffset.Parse(answer.Header("Licenzy-Next-Change-At")!, CultureInfo.InvariantCulture), Is.EqualTo(Clock.GetUtcNow().AddDays(1)));
        var summary = await SummaryAsync(subject);
        Assert.That(Time(summary["next_change_at"]) - Time(summary["decided_at"]), Is.EqualTo(TimeSpan.FromDays(1)), "in a body both are the moved clock's");
    }

    [Test]
    [Spec("GET /v1/changes", "a moved test clock sends reset; next_change_at is real time")]
    public async Task Listeners_drop_everything()
    {
        var subject = NewSubject();
        using var listener = await ChangeListener.OpenAsync(Runtime.Http);
        using var live = await ChangeListener.OpenAsync(Live.Http);
        await AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That((await listener.ChangeAsync()).Type, Is.EqualTo("reset"));

        await GrantAsync(subject, "PASS30");

        var heard = (await listener.ChangeAsync()).Data!;
        Assert.That(((string)heard["subject_ref"]!, Time(heard["next_change_at"])), Is.EqualTo((subject, Clock.GetUtcNow().AddDays(30))));
        await GrantLiveAsync(subject);
        Assert.That((string?)(await live.ChangeAsync()).Data!["subject_ref"], Is.EqualTo(subject), "live mode hears of nothing of it");
    }

    [Test]
    [Spec(Move, "what ends by the moved clock is told at once: when it happened by the moved clock, sent by real time")]
    public async Task What_ends_is_told()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var end = Clock.GetUtcNow().AddDays(30);
        await AdvanceAsync(TimeSpan.FromDays(31));

        await Server.SettleAsync();

        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(Ending(end)));
        Assert.That(
            await Rows.ValueAsync<long>(Server, "select max(next_attempt_at) from deliveries where subject_ref = @subject", new { subject }),
            Is.EqualTo(Clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Test]
    [Spec("DELETE /portal/test-clock", "what had ended is back, and is told again when its time comes again")]
    public async Task Time_that_is_undone_comes_again()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var end = Clock.GetUtcNow().AddDays(30);
        await AdvanceAsync(TimeSpan.FromDays(31));
        await Server.SettleAsync();

        await Portal.SendAsync(HttpMethod.Delete, Clocks, (string?)null);
        Assert.That(await AllowedAsync(subject), Is.True);
        await Server.SettleAsync();
        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(Ending(end)), "returning tells nothing");
        await AdvanceAsync(TimeSpan.FromDays(30));
        await Server.SettleAsync();

        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(new[] { Ending(end), Ending(end) }.SelectMany(told => told)));
        var versions = (await Server.ToldAsync(subject)).Select(told => told.Data.Sequence).ToArray();
        Assert.That(versions, Is.EqualTo(versions.Distinct().Order()));
    }

    [Test]
    [Spec(Move, "live mode keeps real time")]
    public async Task Live_mode_is_not_moved()
    {
        var subject = NewSubject();
        await GrantLiveAsync(subject);
        await AdvanceAsync(TimeSpan.FromDays(100));
        await Server.SettleAsync();

        var summary = (await Live.GetAsync($"/v1/customer/access/{subject}")).Json;
        Assert.That(((bool)summary["has_access"]!, Time(summary["decided_at"])), Is.EqualTo((true, Clock.GetUtcNow())));
        var check = await Live.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });
        Assert.That(
            ((bool)check.Json["allowed"]!, DateTimeOffset.Parse(check.Header("Licenzy-Next-Change-At")!, CultureInfo.InvariantCulture)),
            Is.EqualTo((true, Clock.GetUtcNow().AddDays(30))));
        Assert.That(Time((await Portal.GetAsync($"/portal/customers/{subject}?mode=live")).Json["decision"]!["decided_at"]), Is.EqualTo(Clock.GetUtcNow()));
        Assert.That(await Server.ToldByTimeAsync(subject), Is.Empty);
        var again = await GrantLiveAsync(subject);
        Assert.That(Time(again["starts_at"]), Is.EqualTo(Clock.GetUtcNow().AddDays(30)), "after the first one, by real time");
    }

    [Test]
    [Spec(Move, "signatures, idempotency and sessions keep real time; a purchase begins when Stripe says it was paid")]
    public async Task Stripe_keeps_its_own_time()
    {
        var (subject, paidAt) = (NewSubject(), Clock.GetUtcNow());
        await AdvanceAsync(TimeSpan.FromDays(10));

        await Stripe.PayAsync((await CheckoutAsync(subject, "PASS30")).Url);

        var right = (await SummaryAsync(subject))["entitlements"]![0]!;
        Assert.That((Time(right["starts_at"]), Time(right["expires_at"])), Is.EqualTo((paidAt, paidAt.AddDays(30))));
        Assert.That((bool)right["available"]!, Is.True);
        var finalized = (await Server.ToldAsync(subject)).Single(told => told.Type == "purchase.finalized");
        Assert.That(finalized.Timestamp, Is.EqualTo(paidAt.AddDays(10)), "we heard of it by the moved clock");
    }

    [Test]
    [Spec("POST /v1/checkout/session", "a subscription that has ended by the moved clock may be bought again")]
    public async Task Whether_somebody_is_subscribed_goes_by_the_moved_clock()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        var subscription = (string)(await Runtime.GetAsync($"/v1/entitlements/{subject}")).Json["entitlements"]![0]!["stripe_subscription_id"]!;
        // Of one second Stripe would have to be asked which state is the newer.
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Stripe.CancelAtPeriodEndAsync(subscription);
        var body = new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PRO" };
        Assert.That((await Runtime.PostAsync("/v1/checkout/session", body, Wire.NewKey())).Error, Is.EqualTo("already_subscribed"));

        await AdvanceAsync(TimeSpan.FromDays(40));

        var again = await Runtime.PostAsync("/v1/checkout/session", body, Wire.NewKey());
        Assert.That(again.Status, Is.EqualTo(201), again.Text);
    }

    private static (string, string?, DateTimeOffset)[] Ending(DateTimeOffset end) =>
        [("entitlement.expiring", "time_pass_active", end.AddHours(-72)), ("entitlement.expired", "time_pass_expired", end)];

    private async Task<JsonNode> GrantLiveAsync(string subject)
    {
        // There already, from the second time on.
        await Portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "live", ["product_code"] = "PASS30", ["name"] = "30 days", ["kind"] = "time_pass", ["stripe_price_id"] = "price_live_pass30", ["duration_days"] = 30,
        });
        var answer = await Portal.PostAsync($"/portal/customers/{subject}/grants?mode=live", new JsonObject { ["product_code"] = "PASS30", ["reason"] = "a test" });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer.Json;
    }
}
