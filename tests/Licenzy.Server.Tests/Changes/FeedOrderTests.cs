using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Storage;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Positions are in the order of the commits: who reads up to one has read all before it, however long a transaction takes.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class FeedOrderTests(Engine engine) : StoreFixture(engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_slow_transaction_is_not_overtaken()
    {
        var start = await Db.ReadAsync(ChangeFeed.HeadAsync, CancellationToken.None);
        using var slowIsAtItsEnd = new ManualResetEventSlim();
        using var mayCommit = new ManualResetEventSlim();
        var slow = Task.Run(() => Db.WriteAsync(
            session =>
            {
                ChangeFeed.Append(session, Scope, new SubjectChanged("slow", 1, null), Now);
                session.AtEnd(async last =>
                {
                    await last.FlushAsync();
                    slowIsAtItsEnd.Set();
                    Assert.That(mayCommit.Wait(Patience), Is.True);
                });
                return Task.CompletedTask;
            },
            CancellationToken.None));
        Assert.That(slowIsAtItsEnd.Wait(Patience), Is.True);

        var quick = Task.Run(() => AppendAsync("quick"));
        await UntilOneWaitsAsync(quick);
        var meanwhile = await Db.ReadAsync(session => ChangeFeed.AfterAsync(session, start, 10), CancellationToken.None);
        Assert.That((quick.IsCompleted, meanwhile.Count), Is.EqualTo((false, 0)), "the second waits for the first, whose position is taken but not committed");
        mayCommit.Set();
        await Task.WhenAll(slow, quick);

        var rows = await Db.ReadAsync(session => ChangeFeed.AfterAsync(session, start, 10), CancellationToken.None);
        Assert.That(rows.Select(row => (row.Position - start, row.SubjectRef)), Is.EqualTo(new[] { (1L, "slow"), (2L, "quick") }));
    }

    [Test]
    public async Task Who_polls_under_load_skips_nothing()
    {
        const int writers = 16;
        const int each = 12;
        var start = await Db.ReadAsync(ChangeFeed.HeadAsync, CancellationToken.None);
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await AppendAsync($"user_{writer}", taken: i % 3 == 0);
        })));

        var (read, position) = (new List<long>(), start);
        for (var done = false; !done;)
        {
            var written = writing.IsCompleted;
            var rows = await Db.ReadAsync(session => ChangeFeed.AfterAsync(session, position, 100), CancellationToken.None);
            read.AddRange(rows.Select(row => row.Position));
            position += rows.Count;
            done = written && rows.Count == 0;
        }

        await writing;
        var kept = writers * each * 2 / 3;
        Assert.That(read, Is.EqualTo(Enumerable.Range(1, kept).Select(n => start + n)), "without gaps: what was taken back left none");
    }

    // In the database, or before it: only then does it say something that nothing more is to be read.
    private async Task UntilOneWaitsAsync(Task quick)
    {
        const string waiting = "select count(*) from pg_locks join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid where not granted and datname = current_database()";
        using var patience = new CancellationTokenSource(Patience);
        while (!quick.IsCompleted && (Database.Engine == Engine.Postgres
            ? await Db.ReadAsync(session => session.FindAsync<long>(waiting), patience.Token)
            : Db.Waiting.Single(lane => lane.Name == "writer").Count) == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task AppendAsync(string subject, bool taken = false)
    {
        try
        {
            await Db.WriteAsync(
                session =>
                {
                    ChangeFeed.Append(session, Scope, new SubjectChanged(subject, 1, null), Now);
                    if (taken)
                        session.AtEnd(async last =>
                        {
                            await last.FlushAsync();
                            throw new TakenException();
                        });
                    return Task.CompletedTask;
                },
                CancellationToken.None);
        }
        catch (TakenException)
        {
            // As meant.
        }
    }

    private sealed class TakenException : Exception;
}
