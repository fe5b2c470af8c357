using System.Diagnostics;
using Licenzy.Reliability.Tests.Running;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Locks;

/// <summary>Somebody outside (a backup, a shell) holds the write lock of the SQLite file: reads do not notice, writes are refused in time.</summary>
public sealed class HeldWriteLockTests
{
    private const int Clients = 8;
    private const int Subjects = 4;
    private static readonly TimeSpan Longest = Patience.Bound(5, 10);

    [Test]
    public async Task Reads_go_on_and_writers_hear_in_time_that_they_must_come_back()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Sqlite);
        await using var server = await ServerProcess.StartAsync(new Keys(), database.ConnectionString);
        await Stock.FillAsync(server, Subjects);
        await using var takers = Takers.Start(server, Clients, Subjects);
        await using var readers = Readers.Start(server);
        await takers.TakeAsync(50);

        var since = await HoldAsync(database);
        Assert.That(takers.ToldToComeBack, Is.Not.Empty, "nobody could write");
        readers.AssertAllAnswered(since);
        TestContext.Out.WriteLine($"{(await takers.TakeAsync(50)).TotalSeconds:0.0} s after the lock 50 more are taken: {takers}");

        await Stock.AssertExactAsync(server, takers, Subjects);
        readers.AssertAllAnswered(since: 0);
        Assert.That(takers.ToldToComeBack.Max(reply => reply.Took), Is.LessThan(Longest));
    }

    private static async Task<long> HoldAsync(EngineDatabase database)
    {
        await using var outside = await Outside.OpenFileAsync(database);
        await using var holding = outside.BeginTransaction(deferred: false);
        var since = Stopwatch.GetTimestamp();
        // Longer than a writer waits for its turn.
        await Patience.ForAsync(Patience.Fault + TimeSpan.FromSeconds(2));
        return since;
    }
}
