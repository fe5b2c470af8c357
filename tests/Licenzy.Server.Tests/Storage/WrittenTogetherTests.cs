using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Server.Tests.Storage;

/// <summary>Writers that wait at the same time share a transaction where the engine gains by it; none of them notices.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class WrittenTogetherTests(Engine engine) : StoreFixture(engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task One_that_fails_takes_back_what_it_did_and_nothing_else()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var first = await HoldAsync(mayGoOn);
        var (good, bad, after) = (NewSubject(), NewSubject(), NewSubject());
        var tasks = new[]
        {
            KnowAsync(good), Db.WriteAsync(
                async session =>
                {
                    await EntitlementStore.KnowAsync(session, Scope, bad, Now);
                    throw new InvalidDataException("changed my mind");
                },
                CancellationToken.None),
            KnowAsync(after),
        };
        mayGoOn.Set();
        await first;

        await Task.WhenAll(tasks[0], tasks[2]);
        Assert.That(async () => await tasks[1], Throws.TypeOf<InvalidDataException>());
        foreach (var (subject, count) in new[] { (good, 1), (bad, 0), (after, 1) })
            Assert.That(await CountAsync("subjects", subject), Is.EqualTo(count), subject);
    }

    [Test]
    public async Task Whoever_is_answered_is_committed_and_what_is_remembered_was_told_before()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var first = await HoldAsync(mayGoOn);
        var told = new System.Collections.Concurrent.ConcurrentDictionary<object, bool>();
        Db.Outdated += (what, isCommitted) => told[what] = isCommitted;
        var tasks = Enumerable.Range(0, 100).Select(async i =>
        {
            var subject = NewSubject();
            var fails = i % 7 == 3;
            var work = Db.WriteAsync(
                async session =>
                {
                    session.Outdates(subject);
                    await EntitlementStore.KnowAsync(session, Scope, subject, Now);
                    return fails ? throw new InvalidDataException("changed my mind") : true;
                },
                CancellationToken.None);
            await Task.WhenAny(work);
            Assert.That((work.IsCompletedSuccessfully, told[subject], await CountAsync("subjects", subject)), Is.EqualTo((!fails, !fails, fails ? 0L : 1L)));
        }).ToList();
        mayGoOn.Set();
        await first;
        await Task.WhenAll(tasks);
    }

    [Test]
    public async Task Rows_that_were_put_are_there_for_whoever_reads_next_and_the_last_of_a_key_counts()
    {
        var names = RowSet<(string Id, string Name)>.Upsert(
            "workspaces", keys: 1, ["name"], ("id", row => row.Id), ("account_id", _ => "acc_1"),
            ("name", row => row.Name), ("created_at", _ => (long?)1));
        var ends = RowSet<(string Id, long? At)>.Update("workspaces", keys: 1, ("id", row => row.Id), ("deleted_at", row => row.At));
        var mark = NewSubject();
        var seen = await Db.WriteAsync(
            async session =>
            {
                for (var i = 0; i < 50; i++)
                    session.Put(names, ($"{mark}_{i % 10}", $"{mark} {i}"));
                session.Put(ends, ($"{mark}_1", 7L));
                session.Put(ends, ($"{mark}_2", 7L));
                session.Put(ends, ($"{mark}_2", null));
                return await session.ListAsync<string>($"select name || coalesce(' ' || deleted_at, '') from workspaces where id like '{mark}!_%' escape '!' order by id");
            },
            CancellationToken.None);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(40, 10).Select(i => $"{mark} {i}{(i == 41 ? " 7" : "")}")));
    }

    [Test]
    public async Task Rows_that_nobody_reads_in_the_transaction_are_there_after_it()
    {
        var blobs = RowSet<(string Id, byte[]? Payload)>.Insert(
            "outbound_events", ("workspace_id", _ => Workspace), ("mode", _ => "test"), ("id", row => row.Id),
            ("type", _ => "endpoint.test"), ("payload", row => row.Payload), ("created_at", _ => (long?)1));
        var mark = NewSubject();
        await Db.WriteAsync(
            session =>
            {
                for (byte i = 0; i < 5; i++)
                    session.Put(blobs, ($"{mark}_{i}", [i, 0, 255]));
                return Task.CompletedTask;
            },
            CancellationToken.None);

        var kept = await Db.ReadAsync(session => session.ListAsync<byte[]>($"select payload from outbound_events where id like '{mark}!_%' escape '!' order by id"), CancellationToken.None);
        Assert.That(kept, Is.EqualTo(Enumerable.Range(0, 5).Select(i => new byte[] { (byte)i, 0, 255 })));
    }

    [Test]
    public async Task An_empty_text_is_a_text_and_none_is_null()
    {
        var texts = RowSet<(string Id, string? Subject)>.Insert(
            "outbound_events", ("workspace_id", _ => Workspace), ("mode", _ => "test"), ("id", row => row.Id), ("type", _ => "endpoint.test"),
            ("subject_ref", row => row.Subject), ("payload", _ => Array.Empty<byte>()), ("created_at", _ => (long?)1));
        var mark = NewSubject();
        await Db.WriteAsync(
            session =>
            {
                session.Put(texts, ($"{mark}_1", ""));
                session.Put(texts, ($"{mark}_2", null));
                return Task.CompletedTask;
            },
            CancellationToken.None);

        var kept = await Db.ReadAsync(session => session.ListAsync<string>($"select coalesce(subject_ref, 'none') from outbound_events where id like '{mark}!_%' escape '!' order by id"), CancellationToken.None);
        Assert.That(kept, Is.EqualTo(new[] { "", "none" }));
    }

    [Test]
    public async Task Who_listens_and_fails_has_nothing_done_again()
    {
        var (subject, heard) = (NewSubject(), 0);
        void Fail(object what, bool isCommitted)
        {
            if (!Equals(what, subject))
                return;
            heard++;
            throw new InvalidDataException("cannot remember");
        }

        Db.Outdated += Fail;
        var write = Db.WriteAsync(
            async session =>
            {
                session.Outdates(subject);
                await EntitlementStore.KnowAsync(session, Scope, subject, Now);
            },
            CancellationToken.None);

        Assert.That(async () => await write, Throws.TypeOf<StorageUnavailableException>(), "which nobody runs again by himself");
        Db.Outdated -= Fail;
        Assert.That((await CountAsync("subjects", subject), heard), Is.EqualTo((1L, 1)));
        await KnowAsync(NewSubject());
    }

    // Whoever comes while this goes on waits together.
    private async Task<Task> HoldAsync(ManualResetEventSlim mayGoOn)
    {
        var begun = new TaskCompletionSource();
        var held = Task.Run(() => Db.WriteAsync(
            _ =>
            {
                begun.SetResult();
                Assert.That(mayGoOn.Wait(Patience), Is.True);
                return Task.CompletedTask;
            },
            CancellationToken.None));
        await begun.Task;
        return held;
    }

    private Task KnowAsync(string subject) => Db.WriteAsync(session => EntitlementStore.KnowAsync(session, Scope, subject, Now), CancellationToken.None);
}
