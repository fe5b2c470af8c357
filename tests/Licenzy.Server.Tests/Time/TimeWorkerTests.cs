using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Time;

/// <summary>What ends by time is told when it ends, once, whoever runs meanwhile.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class TimeWorkerTests(Engine engine) : ServerFixture(engine)
{
    [OneTimeSetUp]
    public Task Listen() => Server.ListenAsync();

    [Test]
    public async Task A_pass_is_announced_72_hours_ahead_and_when_it_is_over()
    {
        var subject = NewSubject();
        Assert.That((await GrantAsync(subject, "PASS30")).Status, Is.EqualTo(201));
        var end = Clock.GetUtcNow().AddDays(30);

        await PassesAsync(TimeSpan.FromDays(27) - TimeSpan.FromSeconds(1));
        Assert.That(await Server.ToldByTimeAsync(subject), Is.Empty);
        await PassesAsync(TimeSpan.FromSeconds(1));
        var notice = ("entitlement.expiring", "time_pass_active", end.AddHours(-72));
        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(new[] { notice }));
        await PassesAsync(TimeSpan.FromHours(72));
        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(new[] { notice, ("entitlement.expired", "time_pass_expired", end) }));
        await PassesAsync(TimeSpan.FromDays(100));
        Assert.That(await Server.ToldByTimeAsync(subject), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task What_is_told_has_the_right_as_it_was_then_and_a_version_of_its_own()
    {
        var subject = NewSubject();
        var given = (await GrantAsync(subject, "PASS30")).Json;
        var before = (long)(await SummaryAsync(subject))["version"]!;

        await PassesAsync(TimeSpan.FromDays(60));

        var told = (await Server.ToldAsync(subject)).Where(one => one.Data.Source == "clock").Select(one => one.Data).ToArray();
        Assert.That(told.Select(data => (data.Sequence, data.Status, data.UpdatedAt)), Is.EqualTo(new[]
        {
            (before + 1, "active", Start(given).AddDays(27)), ((long?)before + 2, "expired", Start(given).AddDays(30)),
        }));
        Assert.That(told.Select(data => (data.SubjectRef, data.EntitlementId, data.ProductCode, data.Kind, data.Mode, data.ActorUserId)).Distinct(),
            Is.EqualTo(new[] { (subject, (string)given["id"]!, "PASS30", "time_pass", "test", (string?)null) }));
        Assert.That((long)(await SummaryAsync(subject))["version"]!, Is.EqualTo(before + 2));
        Assert.That(
            await Rows.ValueAsync<long>(Server, "select max(version) from change_feed where subject_ref = @subject", new { subject }), Is.EqualTo(before + 2), "the feed");
        Assert.That(await Rows.ValueAsync<long>(Server, "select count(*) from entitlement_revisions where subject_ref = @subject", new { subject }), Is.EqualTo(1),
            "history has what nobody can work out, and time can be worked out");
    }

    [Test]
    public async Task A_subscription_that_is_not_heard_of_any_more_waits_and_is_overdue()
    {
        var subject = NewSubject();
        await Stripe.PayAsync((await CheckoutAsync(subject, "PRO")).Url);
        var end = DateTimeOffset.Parse((string)(await SummaryAsync(subject))["entitlements"]![0]!["current_period_end"]!, System.Globalization.CultureInfo.InvariantCulture);

        await PassesAsync(end.AddDays(20) - Clock.GetUtcNow());

        Assert.That(await Server.ToldByTimeAsync(subject), Is.EqualTo(new[]
        {
            ("entitlement.updated", "renewal_pending", end), ("entitlement.expired", "renewal_overdue", end.AddHours(48)),
        }));
    }

    [Test]
    public async Task A_right_that_changed_before_its_end_ends_at_its_new_end_only()
    {
        var subject = NewSubject();
        var id = (string)(await GrantAsync(subject, "PASS30")).Json["id"]!;
        await PassesAsync(TimeSpan.FromDays(28));
        var revoked = await Portal.PostAsync($"/portal/customers/{subject}/grants/{id}/revoke", new JsonObject { ["reason"] = "a test" });
        Assert.That(revoked.Status, Is.EqualTo(200), revoked.Text);

        await PassesAsync(TimeSpan.FromDays(28));

        Assert.That((await Server.ToldByTimeAsync(subject)).Select(told => told.Type), Is.EqualTo(new[] { "entitlement.expiring" }));
    }

    [Test]
    public async Task A_change_first_tells_what_time_did_to_the_rights_before_it()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PASS30");
        var end = Clock.GetUtcNow().AddDays(30);

        // The server's own round may come first; then the grant finds nothing left to tell.
        Clock.Advance(TimeSpan.FromDays(30));
        await GrantAsync(subject, "PASS30");

        var told = await Server.ToldAsync(subject);
        Assert.That(told.Select(one => (one.Type, one.Data.Reason, one.Timestamp)).Skip(1), Is.EqualTo(new[]
        {
            ("entitlement.expiring", "time_pass_active", end.AddHours(-72)), ("entitlement.expired", "time_pass_expired", end), ("entitlement.updated", "manual_grant", end),
        }));
        Assert.That(told.Select(one => one.Data.Sequence), Is.EqualTo(new long?[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task A_subject_that_fails_holds_nobody_up_and_is_told_of_later()
    {
        var (broken, sound) = (NewSubject(), NewSubject());
        await GrantAsync(broken, "PASS30");
        await GrantAsync(sound, "PASS30");
        await Rows.ExecuteAsync(Server, "update entitlements set source = 'stripe', state_history = 'no history', stripe_subscription_id = 'sub_broken' where subject_ref = @broken", new { broken });

        await PassesAsync(TimeSpan.FromDays(30));

        Assert.That(await Server.ToldByTimeAsync(sound), Has.Length.EqualTo(2));
        Assert.That(await Server.ToldByTimeAsync(broken), Is.Empty);
        await Rows.ExecuteAsync(Server, "update entitlements set source = 'portal', state_history = null, stripe_subscription_id = null where subject_ref = @broken", new { broken });
        await PassesAsync(TimeSpan.FromMinutes(2));
        Assert.That(await Server.ToldByTimeAsync(broken), Has.Length.EqualTo(2));
    }

    private async Task PassesAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Server.SettleAsync();
    }

    private static new DateTimeOffset Start(JsonNode right) =>
        DateTimeOffset.Parse((string)right["starts_at"]!, System.Globalization.CultureInfo.InvariantCulture);
}
