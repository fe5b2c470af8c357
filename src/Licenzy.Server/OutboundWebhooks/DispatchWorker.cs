using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Keeps the dispatcher going: after a commit that has something for it, when something is due, and every five seconds for what others left.</summary>
internal sealed class DispatchWorker(Db db, Dispatcher dispatcher, Backlog backlog, DispatchTurn turn, TimeProvider clock, ILogger<DispatchWorker> logger) : BackgroundService
{
    // Real time, whatever the rules are told.
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly bool _isOn = turn.IsOn;
    private long _counted;
    private Task _counting = Task.CompletedTask;
    private long _swept;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isOn)
            Log.DispatchOff(logger);
        db.Committed += Wake;
        try
        {
            await SafelyAsync(FreeAsync, stoppingToken).ConfigureAwait(false);
            while (!stoppingToken.IsCancellationRequested)
                await SafelyAsync(GoOnAsync, stoppingToken).ConfigureAwait(false);
        }
        finally
        {
            db.Committed -= Wake;
            await _counting.ConfigureAwait(false);
            if (_isOn)
                await SafelyAsync(_ => dispatcher.StopAsync(Farewell), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Wake(string topic)
    {
        if (topic == Outbox.Topic)
            dispatcher.Signal.Set();
    }

    private Task FreeAsync(CancellationToken cancellationToken) =>
        _isOn && db.Dialect == Dialect.Sqlite ? db.WriteAsync(BacklogStore.FreeAsync, cancellationToken) : Task.CompletedTask;

    private async Task GoOnAsync(CancellationToken cancellationToken)
    {
        // Beside the sending: a long queue takes long to count.
        if (_counting.IsCompleted && IsTime(ref _counted, Round))
            _counting = SafelyAsync(backlog.CountAsync, cancellationToken);
        if (_isOn && IsTime(ref _swept, Sweep))
            await backlog.BuryAsync(cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var (written, claimed) = _isOn ? await dispatcher.TurnAsync(cancellationToken).ConfigureAwait(false) : (0, 0);
        if (claimed > 0)
            await dispatcher.Signal.WaitAsync(Moment, Clock, cancellationToken).ConfigureAwait(false);
        if (written + claimed > 0)
            return;
        var next = _isOn ? await backlog.NextAsync(now, cancellationToken).ConfigureAwait(false) : null;
        await dispatcher.Signal.WaitAsync(next < Round ? next < Moment ? Moment : next.Value : Round, Clock, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsTime(ref long last, TimeSpan every)
    {
        if (last != 0 && Clock.GetElapsedTime(last) < every)
            return false;
        last = Clock.GetTimestamp();
        return true;
    }

    private async Task SafelyAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
#pragma warning disable CA1031 // Nothing may end the sending for good; what is due is still due in the next round.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // The start failed elsewhere, and what it works with is gone already: the process ends for another reason, which is told.
            if (failure is not ObjectDisposedException)
                Log.DispatchRests(logger, failure);
            if (cancellationToken.CanBeCanceled)
                await Task.Delay(Round, Clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
