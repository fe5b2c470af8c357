using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Usage;

/// <summary>The books are checked against themselves.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class LedgerVerifyTests(Engine engine) : UsageFixture(engine)
{
    [Test]
    [Spec(VerifyRoute, "computes every balance again from the ledger, a page of subjects at a time; nothing to report where all add up")]
    public async Task What_adds_up_is_no_news()
    {
        for (var i = 0; i < 3; i++)
        {
            var subject = await WithUnitsAsync(100, 50);
            await CommitAsync(await HeldAsync(subject, 120), 70);
            await HeldAsync(subject, 10);
            await ReverseAsync(await ConsumedAsync(subject, 5), 2);
        }

        var page = await Portal.GetAsync("/portal/ledger/verify?limit=2");

        Assert.That(((long)page.Json["subjects"]!, (long)page.Json["entitlements"]!, page.Json["data"]!.AsArray().Count), Is.EqualTo((2L, 4L, 0)));
        Assert.That((string?)page.Json["next_cursor"], Is.Not.Null);
        Assert.That(await DifferencesAsync(limit: 2), Is.Empty);
    }

    [TestCase("update entitlements set units_remaining = units_remaining + 1 where subject_ref = @subject", "balance 41 40", "balance_after 41 40")]
    [TestCase("update usage_ledger set units = units - 5 where subject_ref = @subject and kind = 'grant'", "balance 40 35")]
    [TestCase("update usage_ledger set balance_after = 39 where subject_ref = @subject and kind = 'hold'", "balance_after 40 39")]
    [TestCase("update entitlements set units_held = 59 where subject_ref = @subject", "held 59 60", "holds 59 60")]
    [TestCase("update usage_hold_parts set units = 61 where subject_ref = @subject", "holds 60 61")]
    [TestCase("update usage_holds set status = 'released' where subject_ref = @subject", "holds 60 0")]
    [TestCase("delete from usage_ledger where subject_ref = @subject and kind = 'hold'", "balance 40 100", "balance_after 40 100", "held 60 0")]
    [Spec(VerifyRoute, "names the subject, the right, what is recorded and what it adds up to")]
    public async Task What_does_not_add_up_is_reported(string damage, params string[] reported)
    {
        var subject = NewSubject();
        var right = await GivenAsync(subject, 100);
        await HeldAsync(subject, 60);
        await Rows.ExecuteAsync(Server, damage, new { subject });

        var found = (await DifferencesAsync()).Where(one => (string)one["subject_ref"]! == subject).ToArray();

        Assert.That(found.Select(one => $"{one["kind"]} {one["recorded"]} {one["computed"]}"), Is.EquivalentTo(reported));
        Assert.That(found.Select(one => ((string)one["entitlement_id"]!, (string)one["mode"]!)), Is.All.EqualTo((right, "test")));
    }

    [TestCase("limit=0")]
    [TestCase("limit=101")]
    [TestCase("cursor=*")]
    [TestCase("cursor=")]
    [TestCase("cursor=AA")]
    [TestCase("mode=both")]
    public async Task A_bad_parameter_is_named(string query)
    {
        var answer = await Portal.GetAsync($"/portal/ledger/verify?{query}");
        Assert.That((answer.Status, answer.Error, answer.Fields), Is.EqualTo((400, "invalid_request", (IReadOnlyList<string>)[query.Split('=')[0]])));
    }
}
