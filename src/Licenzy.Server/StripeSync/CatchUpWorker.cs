using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeSync;

/// <summary>
/// Catches up on every connection: once at the start, beside the first requests, then every hour, since Stripe gives up on an event after three
/// days. What fails is tried again, at longer and longer intervals up to that hour.
/// </summary>
internal sealed class CatchUpWorker(Db db, CatchUp catchUp, TimeProvider clock, ILogger<CatchUpWorker> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private const int SideBySide = 4;
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestOfOne = TimeSpan.FromMinutes(30);

    // Another server may have done it a moment ago.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan[] Again = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), Round];

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly SemaphoreSlim _rounds = new(1);

    /// <summary>One round over the connections that were not caught up on since this server started, or not for a while.</summary>
    public Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        // Whatever failed the last time: one dead key is no reason to leave all the others alone.
        var fresh = clock.GetUtcNow() - Fresh;
        return RunAsync(fresh > _startedAt ? fresh : _startedAt, cancellationToken);
    }

    public override void Dispose()
    {
        // The round under way ends first: where a start failed, nobody has stopped it.
        base.Dispose();
        _rounds.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start must not wait for it.
        await Task.Yield();
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                failures = await RunAsync(stoppingToken).ConfigureAwait(false) ? 0 : failures + 1;
                await PauseAsync(failures == 0 ? Round : Again[Math.Min(failures, Again.Length) - 1], stoppingToken).ConfigureAwait(false);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Stopped; or the start failed elsewhere, and what it works with is gone already.
                return;
            }
        }
    }

    // Whether all are done.
    private async Task<bool> RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await db.WriteAsync(CatchUpStore.AddMissingAsync, cancellationToken).ConfigureAwait(false);
            var failed = 0;
            var after = ("", "");
            while (await DueAsync(before, after, cancellationToken).ConfigureAwait(false) is { Count: > 0 } due)
            {
                await Parallel.ForEachAsync(
                    due,
                    new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
                    async (row, token) => Interlocked.Add(ref failed, await OneAsync(row.Scope, token).ConfigureAwait(false) ? 0 : 1)).ConfigureAwait(false);
                after = (due[^1].WorkspaceId, due[^1].Mode);
            }

            return failed == 0;
        }
        catch (StorageUnavailableException unavailable)
        {
            Log.CatchUpRests(logger, unavailable);
            return false;
        }
        finally
        {
            _rounds.Release();
        }
    }

    private Task<IReadOnlyList<CatchUpRow>> DueAsync(DateTimeOffset before, (string WorkspaceId, string Mode) after, CancellationToken cancellationToken) =>
        db.ReadAsync(session => CatchUpStore.DueAsync(session, Instant.Millis(before), after, AtOnce), cancellationToken);

    private async Task<bool> OneAsync(Scope scope, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(LongestOfOne, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            var (listed, missed) = (0, 0);
            while (await catchUp.StepAsync(scope, patience.Token).ConfigureAwait(false) is { } step)
            {
                (listed, missed) = (listed + step.Listed, missed + step.Missed);
                if (step.IsComplete)
                {
                    Log.CaughtUp(logger, scope.WorkspaceId, scope.Mode.ToWord(), listed, missed);
                    return true;
                }
            }

            return false;
        }
        catch (RefusedException refused)
        {
            Log.CatchUpFailed(logger, null, scope.WorkspaceId, scope.Mode.ToWord(), refused.Message);
            return false;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.CatchUpFailed(logger, failure, scope.WorkspaceId, scope.Mode.ToWord(), "it took too long, or something is broken");
            return false;
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(pause, clock);
        await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
    }
}
