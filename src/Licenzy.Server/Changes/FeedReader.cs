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
internal sealed class FeedReader(Db db, ILogger<FeedReader> logger) : BackgroundService
{
    private const int AtOnce = 1000;

    // Real time, whatever the rules are told.
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);

    private readonly Signal _signal = new();
    private readonly ConcurrentDictionary<Listener, bool> _listeners = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _position;
    private long _readAt;

    /// <summary>How many listen.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>How long ago the feed was last known to hold nothing new: from the beginning of the look that found it so.</summary>
    public TimeSpan Age => Clock.GetElapsedTime(Volatile.Read(ref _readAt));

    /// <summary>Whether it was read lately.</summary>
    public bool CanBeRead => Age <= Stale;

    /// <summary>Whether what other servers did may be known here. A SQLite file has no other servers.</summary>
    public bool IsFresh => db.Dialect == Dialect.Sqlite || (_begun.Task.IsCompletedSuccessfully && CanBeRead);

    /// <summary>Raised where changes were missed for good: nothing that is remembered counts.</summary>
    public event Action? Lost;

    /// <summary>Raised for every change, whoever made it; a listener must neither wait nor throw.</summary>
    public event Action<ChangeRow>? Read;

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
                await _signal.WaitAsync(Round, Clock, stoppingToken).ConfigureAwait(false);
                // Not in the first round: a connection more would hold up the first requests, and what it would hear the next look finds.
                db.Listen();
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
            IReadOnlyList<ChangeRow> rows;
            long begun;
            do
            {
                begun = Clock.GetTimestamp();
                rows = await db.ReadAsync(session => ChangeFeed.AfterAsync(session, _position, AtOnce), cancellationToken).ConfigureAwait(false);
                if (await HasJumpedAsync(rows, cancellationToken).ConfigureAwait(false))
                    return;
                foreach (var row in rows)
                    Tell(row);
            }
            while (rows.Count == AtOnce);
            Volatile.Write(ref _readAt, begun);
            _begun.TrySetResult();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or what it says is not what is expected: neither may end the rounds for good.
            Log.FeedRests(logger, failure);
        }
    }

    // Positions have no gaps. Where one is missing, or the head is behind, the database is another one (a backup, a standby that was behind), or this server
    // was away for longer than changes are kept: nothing that is remembered counts, and whoever listens begins anew.
    private async Task<bool> HasJumpedAsync(IReadOnlyList<ChangeRow> rows, CancellationToken cancellationToken)
    {
        if (rows is [var first, ..] && first.Position == _position + 1)
            return false;
        var head = await db.ReadAsync(ChangeFeed.HeadAsync, cancellationToken).ConfigureAwait(false);
        // What came between the two looks is read in the next one.
        if (rows.Count == 0 && head >= _position)
            return false;
        _position = head;
        Lost?.Invoke();
        foreach (var listener in _listeners.Keys)
            listener.LetGo();
        return true;
    }

    private void Tell(ChangeRow row)
    {
        Read?.Invoke(row);
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
