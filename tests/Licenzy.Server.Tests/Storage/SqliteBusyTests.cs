using System.Diagnostics;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Tests.Storage;

/// <summary>Somebody outside holds the file's write lock: reads go on, writes are refused in time, and all is well afterwards.</summary>
public sealed class SqliteBusyTests() : StoreFixture(Engine.Sqlite)
{
    private const int MoreThanTheQueueHolds = 1200;
    private static readonly TimeSpan WriterBound = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ReaderBound = TimeSpan.FromSeconds(1);

    [Test]
    public async Task A_write_lock_from_outside_refuses_writes_in_time_and_stops_no_read()
    {
        var subject = NewSubject();
        await GiveAsync(subject, Pack("ent_before", 1));
        var clock = Stopwatch.StartNew();
        Task<Exception?>[] writes;
        await using (var outside = new SqliteConnection(Database.ConnectionString + ";Pooling=False"))
        {
            await outside.OpenAsync();
            await using var holding = outside.BeginTransaction(deferred: false);
            writes = [.. Enumerable.Range(0, MoreThanTheQueueHolds).Select(n => OutcomeAsync(GiveAsync(subject, Pack($"ent_during_{n}", 1))))];

            while (!writes.All(write => write.IsCompleted) && clock.Elapsed < WriterBound)
            {
                var read = Stopwatch.StartNew();
                Assert.That((await RightsAsync(subject)).Version, Is.EqualTo(1));
                Assert.That(read.Elapsed, Is.LessThan(ReaderBound));
            }

            var outcomes = await Task.WhenAll(writes).WaitAsync(WriterBound);
            Assert.That(clock.Elapsed, Is.LessThan(WriterBound));
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
