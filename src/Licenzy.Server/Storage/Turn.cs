namespace Licenzy.Server.Storage;

/// <summary>Work that waits for its turn. Whoever comes first decides: the caller who gives up, or the worker who begins.</summary>
internal sealed class Turn<T>
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>Asked by the worker first of all: where it says no, the caller has gone and nothing may happen.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;

    public void Succeed(T result) => _done.TrySetResult(result);

    public void Fail(Exception failure) => _done.TrySetException(failure);

    public void Cancel(CancellationToken cancellationToken) => _done.TrySetCanceled(cancellationToken);

    /// <summary>What came of it; 503 where it was not begun within three seconds, and then nothing happened.</summary>
    public async Task<T> OutcomeAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await _done.Task.WaitAsync(LongestWait, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception waited) when (waited is TimeoutException or OperationCanceledException)
        {
            // Begun, or over at this very moment: its outcome decides, and its own time-out bounds the wait.
            if (!TryAbandon())
                return await _done.Task.ConfigureAwait(false);
            throw waited is TimeoutException ? new StorageUnavailableException("The database is busy.") : waited;
        }
    }

    private bool TryAbandon() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;
}
