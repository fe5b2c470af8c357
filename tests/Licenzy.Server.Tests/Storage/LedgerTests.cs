using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class LedgerTests(Engine engine) : StoreFixture(engine)
{
    private const int Subjects = 4;
    private const int Steps = 60;

    [Test]
    public async Task After_any_grants_and_consumptions_the_ledger_sums_to_the_balances()
    {
        var subjects = Enumerable.Range(0, Subjects).Select(_ => NewSubject()).ToArray();
        var changes = await Task.WhenAll(subjects.Select((subject, seed) => Task.Run(() => LiveAsync(subject, new Random(seed)))));

        for (var i = 0; i < Subjects; i++)
        {
            var rights = await RightsAsync(subjects[i]);
            var sums = await SumsAsync(subjects[i]);
            Assert.That(rights.Rights.ToDictionary(right => right.Id, right => right.UnitsRemaining!.Value), Is.EqualTo(sums));
            Assert.That(rights.Version, Is.EqualTo(changes[i]), "one version a change");
            Assert.That(await LastBalancesAsync(subjects[i]), Is.EqualTo(sums), "the balance after the last row is the balance");
        }
    }

    [Test]
    public async Task Every_change_leaves_one_revision_with_its_cause_and_the_state_it_made()
    {
        var subject = NewSubject();
        await GiveAsync(subject, Pack("ent_history", 10), "key_grantor");
        await ConsumeAsync(subject, 3, "use_first");

        var revisions = await Db.ReadAsync(
            session => session.ListAsync<(long Version, string Reason, string Source, string Cause, string State)>(
                "select version, reason, source, cause_id, state from entitlement_revisions where subject_ref = @subject order by version", new { subject }),
            CancellationToken.None);

        Assert.That(revisions.Select(row => (row.Version, row.Reason, row.Source, row.Cause)), Is.EqualTo(new[]
        {
            (1L, "manual_grant", "portal", "key_grantor"), (2L, "usage_consumed", "portal", "use_first"),
        }));
        Assert.That(revisions.Select(row => row.State), Has.Some.Contains("\"units_remaining\":10").And.Some.Contains("\"units_remaining\":7"));
    }

    private async Task<long> LiveAsync(string subject, Random dice)
    {
        var changes = 0L;
        for (var step = 0; step < Steps; step++)
        {
            if (dice.Next(3) == 0)
                await GiveAsync(subject, Pack($"ent_{subject}_{step}", dice.Next(1, 50)));
            else if (!await ConsumeAsync(subject, dice.Next(1, 30), $"use_{step}"))
                continue;
            changes++;
        }

        return changes;
    }

    private Task<bool> ConsumeAsync(string subject, long units, string causeId) =>
        Db.WriteAsync(
            async session =>
            {
                var held = await EntitlementStore.LockAsync(session, Scope, subject, at: null);
                var outcome = UsageRules.Consume(held.Rights, units, Now, Leeway.Default);
                if (outcome.IsTaken)
                    await Writer.WriteAsync(session, Scope, subject, held, [.. outcome.Taken.Select(taken => taken.Change)], By(causeId));
                return outcome.IsTaken;
            },
            CancellationToken.None);

    private async Task<Dictionary<string, long>> SumsAsync(string subject) => (await Db.ReadAsync(
        session => session.ListAsync<(string Id, long Sum)>(
            "select entitlement_id, cast(sum(units) as bigint) from usage_ledger where subject_ref = @subject group by entitlement_id", new { subject }),
        CancellationToken.None)).ToDictionary(row => row.Id, row => row.Sum);

    private async Task<Dictionary<string, long>> LastBalancesAsync(string subject) => (await Db.ReadAsync(
        session => session.ListAsync<(string Id, long Balance)>(
            """
            select l.entitlement_id, l.balance_after from usage_ledger l
            where l.subject_ref = @subject and l.version =
                (select max(n.version) from usage_ledger n where n.subject_ref = l.subject_ref and n.entitlement_id = l.entitlement_id)
            """,
            new { subject }),
        CancellationToken.None)).ToDictionary(row => row.Id, row => row.Balance);
}
