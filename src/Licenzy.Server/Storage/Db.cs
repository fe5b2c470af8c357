namespace Licenzy.Server.Storage;

/// <summary>The database, one of two engines. Work on it must not wait for anything else: no HTTP, no other database.</summary>
internal abstract class Db : IAsyncDisposable
{
    public abstract Dialect Dialect { get; }

    /// <summary>Raised after a commit with each topic it woke. A listener must neither wait nor throw; a lost call costs a round's time, nothing else.</summary>
    public event Action<string>? Committed;

    /// <summary>
    /// Raised before the writer hears how its transaction ended, with what it outdated and whether it is committed for certain: where that is not known, what is
    /// remembered must go. A listener must neither wait nor throw.
    /// </summary>
    public event Action<object, bool>? Outdated;

    /// <summary>How many operations wait or are under way, by where they wait.</summary>
    public abstract IReadOnlyList<(string Name, int Count)> Waiting { get; }

    /// <summary>Reads without a transaction: one statement is one consistent view.</summary>
    public abstract Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs the work in one transaction and commits it. The work may run again after a lost race (a deadlock, a row another writer just made),
    /// so it must start from what it reads, every time.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Brings the schema up to date, or refuses a newer one with a clear sentence.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Begins to hear of other servers' commits, and to tell them of ours; later calls do nothing, nor any where there are none.</summary>
    public virtual void Listen()
    {
    }

    public abstract ValueTask DisposeAsync();

    protected void Announce(IReadOnlyCollection<string> topics)
    {
        foreach (var topic in topics)
            Committed?.Invoke(topic);
    }

    protected void Outdate(Session session, bool isCommitted)
    {
        foreach (var what in session.Outdated)
            Outdated?.Invoke(what, isCommitted);
    }

    public Task WriteAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async session =>
            {
                await work(session).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
