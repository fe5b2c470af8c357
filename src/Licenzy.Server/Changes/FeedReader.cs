using System.Collections.Concurrent;
using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Changes;

/// <summary>
/// Reads the feed once for everybody who listens on this server. A commit here wakes it; what other servers committed, it finds within a second.
/// </summary>
internal sealed class FeedReader(Db db, TimeProvider clock, ILogger<FeedReader> logger) : BackgroundService
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Signal _signal = new();
    private readonly ConcurrentDictionary<Listener, bool> _listeners = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;
    private long _readAt;

    /// <summary>How many listen.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>How long ago the feed was last known to hold nothing new.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _readAt));

    /// <summary>Everything of a mode that is committed from now on, and some of what was before.</summary>
    public async Task<Listener> ListenAsync(Scope scope, CancellationToken cancellationToken)
    {
        await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        var listener = new Listener(scope, gone => _listeners.TryRemove(gone, out _));
        _listeners[listener] = true;
        return listener;
    }

    /// <summary>How many listen in a workspace.</summary>
    public int ListenersOf(string workspaceId) => _listeners.Keys.Count(listener => listener.Scope.WorkspaceId == workspaceId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        db.Committed += OnCommitted;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await ReadAsync(stoppingToken).ConfigureAwait(false);
                await _signal.WaitAsync(Round, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; or the start failed elsewhere, and what it works with is gone already.
        }
        finally
        {
            db.Committed -= OnCommitted;
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_begun.Task.IsCompleted)
                _position = await db.ReadAsync(ChangeFeed.HeadAsync, cancellationToken).ConfigureAwait(false);
            _begun.TrySetResult();
            IReadOnlyList<ChangeRow> rows;
            do
            {
                rows = await db.ReadAsync(session => ChangeFeed.AfterAsync(session, _position, AtOnce), cancellationToken).ConfigureAwait(false);
                foreach (var row in rows)
                    Tell(row);
            }
            while (rows.Count == AtOnce);
            Volatile.Write(ref _readAt, clock.GetTimestamp());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or what it says is not what is expected: neither may end the rounds for good.
            Log.FeedRests(logger, failure);
        }
    }

    private void Tell(ChangeRow row)
    {
        foreach (var listener in _listeners.Keys)
            listener.Hear(row);
        _position = row.Position;
    }

    private void OnCommitted(string topic)
    {
        if (topic == ChangeFeed.Topic)
            _signal.Set();
    }
}
