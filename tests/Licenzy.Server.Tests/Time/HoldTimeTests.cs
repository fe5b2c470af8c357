using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Usage;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Time;

/// <summary>Holds that end by time, and what is told of units.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HoldTimeTests(Engine engine) : UsageFixture(engine)
{
    private const string Clocks = "/portal/test-clock";

    [OneTimeSetUp]
    public Task Listen() => Server.ListenAsync();

    [SetUp]
    public async Task ReturnToRealTime() => Assert.That((await Portal.SendAsync(HttpMethod.Delete, Clocks, (string?)null)).Status, Is.EqualTo(200));

    [Test]
    [Spec(HoldRoute, "an expired hold returns its units by itself")]
    public async Task A_hold_that_ends_gives_its_units_back()
    {
        var subject = await WithUnitsAsync(100);
        var (first, second) = (await HeldAsync(subject, 30, 60), await HeldAsync(subject, 20, 120));

        await PassesAsync(TimeSpan.FromSeconds(59));
        Assert.That(await LeftAsync(subject), Is.EqualTo(50));
        await PassesAsync(TimeSpan.FromSeconds(1));
        Assert.That(await LeftAsync(subject), Is.EqualTo(80));
        await PassesAsync(TimeSpan.FromDays(3));
        Assert.That(await LeftAsync(subject), Is.EqualTo(100));

        foreach (var hold in new[] { first, second })
            Assert.That((await CommitAsync(hold)).Error, Is.EqualTo("hold_expired"));
        Assert.That((await LedgerAsync(subject))[^2..], Is.EqualTo(new[] { "release 30 30 -30 80", "release 20 20 -20 100" }));
        Assert.That(
            await Rows.ValueAsync<long>(Server, "select max(at) from usage_ledger where subject_ref = @subject", new { subject }),
            Is.EqualTo(Clock.GetUtcNow().AddDays(-3).AddSeconds(60).ToUnixTimeMilliseconds()), "told of the instant at which it ended, however late");
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(CommitRoute, "409 hold_expired from the very instant on, whether or not its units came back yet")]
    [Spec(ReleaseRoute, "409 hold_expired from the very instant on")]
    public async Task A_hold_is_over_at_its_instant()
    {
        var subject = await WithUnitsAsync(100);
        var (committed, released) = (await HeldAsync(subject, 30, 60), await HeldAsync(subject, 30, 60));
        Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.That(await CommitAsync(committed) is { Status: 409, Error: "hold_expired" });
        Assert.That(await ReleaseAsync(released) is { Status: 409, Error: "hold_expired" });
        Assert.That(await LeftAsync(subject), Is.EqualTo(100));
    }

    [Test]
    [Spec("POST /v1/usage/consume", "units of a hold that is over are there at once")]
    public async Task Nobody_waits_for_the_worker()
    {
        var subject = await WithUnitsAsync(100);
        await HeldAsync(subject, 100, 60);
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That((await ConsumeAsync(subject, 100)).Status, Is.EqualTo(200));

        subject = await WithUnitsAsync(100);
        await HeldAsync(subject, 100, 60);
        Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.That((await HoldAsync(subject, 100)).Status, Is.EqualTo(200));
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(HoldRoute, "in test mode by the moved clock; what was held in a time that is undone ends with it")]
    public async Task The_test_clock_ends_holds()
    {
        var subject = await WithUnitsAsync(100);
        await HeldAsync(subject, 30, 86_400);
        await AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(await LeftAsync(subject), Is.EqualTo(100));

        await AdvanceAsync(TimeSpan.FromDays(300));
        var hold = await HeldAsync(subject, 40);
        await ReturnToRealTime();
        await Server.SettleAsync();

        Assert.That(await LeftAsync(subject), Is.EqualTo(100), "or it would last for 300 days");
        Assert.That((await CommitAsync(hold)).Error, Is.EqualTo("hold_expired"));
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    [Spec(CommitRoute, "after the right's end too: the units were set aside before it")]
    public async Task A_commit_after_the_rights_end()
    {
        var subject = NewSubject();
        var pack = await GivenAsync(subject, 10, Clock.GetUtcNow().AddMinutes(1));
        var hold = await HeldAsync(subject, 4);
        await PassesAsync(TimeSpan.FromMinutes(2));

        Assert.That((long)(await CommitAsync(hold, 3)).Json["usage_remaining"]!, Is.Zero);
        Assert.That(await LeftOfAsync(subject), Is.EqualTo(new Dictionary<string, long> { [pack] = 7 }));
        Assert.That(await LedgerAsync(subject), Is.EqualTo(new[] { "grant 10 10 0 10", "hold 4 -4 4 6", "expire 6 0 0 6", "commit 3 0 -3 6", "release 1 1 -1 7" }));
    }

    [Test]
    [Spec("PUT /v1/webhooks/endpoint", "usage.consumed tells of a commit as of a consumption; usage.depleted once the last unit is neither left nor held; a hold tells nothing")]
    public async Task What_is_told_of_units()
    {
        var subject = await WithUnitsAsync(100);
        var known = (await Server.ToldAsync(subject)).Count;

        var hold = await HeldAsync(subject, 30);
        Assert.That((await Server.ToldAsync(subject)).Skip(known), Is.Empty);
        await ConsumeAsync(subject, 70);
        await CommitAsync(hold);
        var told = (await Server.ToldAsync(subject)).Skip(known).Select(one => (one.Type, one.Data.Units, one.Data.UsageRemaining, one.Data.Reason)).ToArray();
        Assert.That(told, Is.EqualTo(new[]
        {
            ("usage.consumed", (long?)70, (long?)0, "usage_consumed"), ("usage.consumed", 30, 0, "usage_consumed"), ("usage.depleted", -30, 0, "usage_consumed"),
        }));
    }

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = Listening.SendNothing;
        return options;
    }

    private async Task PassesAsync(TimeSpan time)
    {
        Clock.Advance(time);
        await Server.SettleAsync();
    }

    private async Task AdvanceAsync(TimeSpan by)
    {
        Assert.That((await Portal.SendAsync(HttpMethod.Put, Clocks, new JsonObject { ["advance_seconds"] = (long)by.TotalSeconds })).Status, Is.EqualTo(200));
        await Server.SettleAsync();
    }
}
