namespace Licenzy.Server.Storage;

/// <summary>
/// A line for each key, of those who may have to wait long: what waits in one is done in one go, and none holds up another. Few are worked on at once, so that
/// they never take the database's connections from everybody else; what waits in all of them has a bound.
/// </summary>
internal sealed class Lines<TKey, TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run) : IAsyncDisposable
    where TKey : notnull
{
    private const int MostWaiting = 4096;
    private const int MostTogether = 256;
    private const int MostAtOnce = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, (List<Waiter<TItem, TResult>> Line, Task Work)> _lines = [];
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private int _waiting;

    /// <summary>How many wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public Task<TResult> RunAsync(TKey key, TItem item, CancellationToken cancellationToken)
    {
        var waiter = new Waiter<TItem, TResult>(item, new Turn<TResult>());
        lock (_gate)
        {
            if (_waiting >= MostWaiting)
                throw new StorageUnavailableException("Too many writers wait.");
            _waiting++;
            if (_lines.TryGetValue(key, out var known))
                known.Line.Add(waiter);
            else
                _lines[key] = ([waiter], Task.Run(() => WorkAsync(key), CancellationToken.None));
        }

        // Real time, whatever the rules are told.
        return waiter.Turn.OutcomeAsync(TimeProvider.System, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] work;
        lock (_gate)
            work = [.. _lines.Values.Select(line => line.Work)];
        await Task.WhenAll(work).ConfigureAwait(false);
        _places.Dispose();
    }

    private async Task WorkAsync(TKey key)
    {
        while (true)
        {
            await _places.WaitAsync().ConfigureAwait(false);
            try
            {
                if (Next(key) is not { } next)
                    return;
                Waiter<TItem, TResult>[] together = [.. next.Where(one => one.Turn.TryBegin())];
                if (together.Length > 0)
                    await Waiters.RunAsync(together, run).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
    }

    // Nothing, and the end of the line, where nobody waits in it any more.
    private List<Waiter<TItem, TResult>>? Next(TKey key)
    {
        lock (_gate)
        {
            var line = _lines[key].Line;
            if (line.Count == 0)
            {
                _lines.Remove(key);
                return null;
            }

            var next = line.GetRange(0, Math.Min(line.Count, MostTogether));
            line.RemoveRange(0, next.Count);
            _waiting -= next.Count;
            return next;
        }
    }
}
