namespace Licenzy.AspNetCore.Webhooks;

/// <summary>
/// The newest ids that were handled, so that a delivery whose acknowledgement was lost is not handled again. In memory and for this process:
/// after a restart, and on another instance, an event can come again.
/// </summary>
/// <param name="most">How many ids are remembered.</param>
internal sealed class HandledWebhooks(int most = HandledWebhooks.Most)
{
    /// <summary>At a hundred bytes or so each, more than a day of one event a second.</summary>
    private const int Most = 100_000;

    private readonly object _gate = new();
    private readonly HashSet<string> _handled = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();
    private readonly Dictionary<string, TaskCompletionSource<bool>> _running = new(StringComparer.Ordinal);

    /// <summary>Handles what was not handled yet. Who comes meanwhile with the same id waits for the outcome of the first, and shares it.</summary>
    /// <returns>Whether it is handled, now or earlier; only then is the id remembered.</returns>
    public async Task<bool> OnceAsync(string id, Func<Task<bool>> handle, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool>? first;
        var mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_handled.Contains(id))
                return true;
            if (!_running.TryGetValue(id, out first))
                _running.Add(id, mine);
        }

        if (first is not null)
            return await first.Task.WaitAsync(cancellationToken);

        var isHandled = false;
        try
        {
            return isHandled = await handle();
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(id);
                if (isHandled)
                    Remember(id);
            }

            mine.SetResult(isHandled);
        }
    }

    private void Remember(string id)
    {
        if (_oldestFirst.Count == most)
            _handled.Remove(_oldestFirst.Dequeue());
        _handled.Add(id);
        _oldestFirst.Enqueue(id);
    }
}
