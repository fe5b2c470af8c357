using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

/// <summary>PostgreSQL only: SQLite has one writer by nature.</summary>
public sealed class SubjectsApartTests() : StoreFixture(Engine.Postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_lock_on_one_subject_keeps_no_other_waiting_but_its_own_writers()
    {
        var (one, other) = (NewSubject(), NewSubject());
        var locked = new TaskCompletionSource();
        var letGo = new TaskCompletionSource();
        var holding = Db.WriteAsync(
            async session =>
            {
                await EntitlementStore.LockAsync(session, Scope, one, Now);
                locked.TrySetResult();
                await letGo.Task;
            },
            CancellationToken.None);
        await locked.Task.WaitAsync(Patience);

        var ownWriter = GiveAsync(one, Pack("ent_own", 1));
        await GiveAsync(other, Pack("ent_other", 1)).WaitAsync(Patience);
        Assert.That(ownWriter.IsCompleted, Is.False, "the same subject waits");

        letGo.SetResult();
        await Task.WhenAll(holding, ownWriter).WaitAsync(Patience);
        Assert.That((await RightsAsync(one)).Version, Is.EqualTo(1));
    }
}
