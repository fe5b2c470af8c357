using System.Threading.Channels;

namespace Licenzy.Server.Storage;

/// <summary>
/// One worker that takes all that waits and does it in one go: what waits at the same time shares a transaction and its flush. The line is bounded; who finds
/// it full, or loses patience before the turn comes, hears that the database is not available, and nothing happened.
/// </summary>
internal sealed class Batches<TItem, TResult> : IAsyncDisposable
{
    private const int MostWaiting = 4096;
    private const int MostTogether = 256;

    private readonly Channel<Waiter<TItem, TResult>> _waiting = Channel.CreateBounded<Waiter<TItem, TResult>>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> _run;
    private readonly Task _work;

    /// <param name="run">Does them in the order given and answers in it; all of them take effect or none does.</param>
    public Batches(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run)
    {
        _run = run;
        _work = Task.Run(WorkAsync);
    }

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Reader.Count;

    public async Task<TResult> RunAsync(TItem item, CancellationToken cancellationToken)
    {
        var entry = new Waiter<TItem, TResult>(item, new Turn<TResult>());
        if (!_waiting.Writer.TryWrite(entry))
            throw new StorageUnavailableException("Too many writers wait.");
        // Real time, whatever the rules are told.
        return await entry.Turn.OutcomeAsync(TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _work.ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var together = new List<Waiter<TItem, TResult>>();
            while (together.Count < MostTogether && _waiting.Reader.TryRead(out var entry))
            {
                if (entry.Turn.TryBegin())
                    together.Add(entry);
            }

            if (together.Count > 0)
                await Waiters.RunAsync(together, _run).ConfigureAwait(false);
        }
    }
}
