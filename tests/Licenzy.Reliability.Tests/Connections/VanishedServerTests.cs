using Licenzy.Server.Changes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>A machine that loses its power in a transaction says not even goodbye. What it had locked must not stay locked until somebody notices.</summary>
public sealed class VanishedServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Everybody_writes_again_though_it_had_the_head_of_the_feed()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        await using var vanishing = PostgresDb.Open(database.ConnectionString);
        await vanishing.MigrateAsync(CancellationToken.None);
        var (hasTheHead, isBack) = (new TaskCompletionSource(), new TaskCompletionSource());
        var lost = vanishing.WriteAsync(
            async session =>
            {
                await RaiseAsync(session);
                hasTheHead.SetResult();
                await isBack.Task;
                await RaiseAsync(session);
            },
            CancellationToken.None);
        await hasTheHead.Task.WaitAsync(Patience);

        await using var other = PostgresDb.Open(database.ConnectionString);
        using var patience = new CancellationTokenSource(Patience);
        var refused = 0;
        while (!await TryAsync(other))
        {
            refused++;
            patience.Token.ThrowIfCancellationRequested();
        }

        isBack.SetResult();
        Assert.That(async () => await lost, Throws.TypeOf<StorageUnavailableException>());
        Assert.That(refused, Is.Positive, "it was waited for");
        Assert.That(await other.ReadAsync(ChangeFeed.HeadAsync, CancellationToken.None), Is.EqualTo(1), "what it did is undone");
    }

    private static async Task<bool> TryAsync(PostgresDb db)
    {
        try
        {
            await db.WriteAsync(RaiseAsync, CancellationToken.None);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    private static Task RaiseAsync(Session session) => session.ExecuteAsync("update change_feed_head set position = position + 1 where id = 1");
}
