using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class SubjectLockTests(Engine engine) : StoreFixture(engine)
{
    [Test]
    public async Task Concurrent_writers_of_one_subject_come_one_after_the_other_and_lose_nothing()
    {
        const int writers = 64;
        var subject = NewSubject();

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() => Db.WriteAsync(
            async session =>
            {
                var held = await EntitlementStore.LockAsync(session, Scope, subject, Now);
                EntitlementStore.SaveSubject(session, Scope, subject, held with { Version = held.Version + 1 }, null, Now);
            },
            CancellationToken.None))));

        Assert.That((await RightsAsync(subject)).Version, Is.EqualTo(writers));
    }

    [Test]
    public async Task A_reader_sees_a_version_only_with_the_rights_it_stands_for()
    {
        const int changes = 40;
        var subject = NewSubject();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var torn = new List<string>();
            while (!done.IsCancellationRequested)
            {
                var seen = await RightsAsync(subject);
                if (seen.Version != seen.Rights.Count)
                    torn.Add($"version {seen.Version} with {seen.Rights.Count} rights");
            }

            return torn;
        });

        for (var i = 0; i < changes; i++)
            await GiveAsync(subject, Pack($"ent_{subject}_{i:00}", 1));
        await done.CancelAsync();

        Assert.That(await reading, Is.Empty);
        Assert.That((await RightsAsync(subject)).Version, Is.EqualTo(changes));
    }

    [Test]
    public async Task Two_first_grants_of_one_subject_at_once_both_count()
    {
        for (var round = 0; round < 8; round++)
        {
            var subject = NewSubject();

            await Task.WhenAll(
                Task.Run(() => GiveAsync(subject, Pack($"ent_{subject}_a", 1))), Task.Run(() => GiveAsync(subject, Pack($"ent_{subject}_b", 1))));

            var rights = await RightsAsync(subject);
            Assert.That((rights.Version, rights.Rights.Count), Is.EqualTo((2L, 2)));
        }
    }
}
