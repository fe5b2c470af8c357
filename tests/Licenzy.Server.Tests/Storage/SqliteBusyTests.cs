using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Tests.Storage;

/// <summary>Somebody outside holds the file's write lock: reads go on, writes are refused in time, and all is well afterwards.</summary>
public sealed class SqliteBusyTests() : StoreFixture(Engine.Sqlite)
{
    private const int MoreThanTheQueueHolds = 1200;
    // Slow is not never: how soon is measured where a process of its own is asked (Licenzy.Reliability.Tests).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_write_lock_from_outside_refuses_writes_in_time_and_stops_no_read()
    {
        var subject = NewSubject();
        await GiveAsync(subject, Pack("ent_before", 1));
        await using (var outside = new SqliteConnection(Database.ConnectionString + ";Pooling=False"))
        {
            await outside.OpenAsync();
            await using var holding = outside.BeginTransaction(deferred: false);
            Task<Exception?>[] writes = [.. Enumerable.Range(0, MoreThanTheQueueHolds).Select(n => OutcomeAsync(GiveAsync(subject, Pack($"ent_during_{n}", 1))))];

            var refused = Task.WhenAll(writes).WaitAsync(Patience);
            do
                Assert.That((await RightsAsync(subject).WaitAsync(Patience)).Version, Is.EqualTo(1));
            while (!refused.IsCompleted);
            var outcomes = await refused;
            Assert.That(outcomes, Is.All.TypeOf<StorageUnavailableException>());
            Assert.That(outcomes.Select(outcome => outcome!.Message), Has.Some.Contains("queue is full").And.Some.Contains("busy"));
        }

        await GiveAsync(subject, Pack("ent_after", 1));
        Assert.That((await RightsAsync(subject)).Rights.Select(right => right.Id), Is.EqualTo(new[] { "ent_after", "ent_before" }));
    }

    private static async Task<Exception?> OutcomeAsync(Task work)
    {
        try
        {
            await work;
            return null;
        }
        catch (StorageUnavailableException refused)
        {
            return refused;
        }
    }
}
