using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Time;

/// <summary>
/// Tells what ends by time when it ends (DESIGN, Time). Of a subject that several servers find due one of them takes the lock and the others pass it
/// over; what was missed while no server ran is told at the start, in the order in which it happened.
/// </summary>
internal sealed class TimeWorker(Db db, SubjectTime subjects, TimeProvider clock, ILogger<TimeWorker> logger) : BackgroundService
{
    /// <summary>Woken after the commit of a moved test clock.</summary>
    public const string Topic = "time";

    private const int AtOnce = 100;
    private const int SideBySide = 4;

    // What another server wrote becomes due without our knowing.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Signal _moved = new();

    /// <summary>Tells everything that is due; says of how many subjects.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var (told, some) = (0, 0);
        do
        {
            var due = await db.ReadAsync(session => DueStore.ListAsync(session, clock.GetUtcNow(), AtOnce), cancellationToken).ConfigureAwait(false);
            some = 0;
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
                async (row, token) => Interlocked.Add(ref some, await OneAsync(row, token).ConfigureAwait(false) ? 1 : 0)).ConfigureAwait(false);
            told += some;
        }
        while (some > 0);
        return told;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        db.Committed += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RoundAsync(stoppingToken).ConfigureAwait(false);
                await _moved.WaitAsync(Round, clock, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            db.Committed -= Wake;
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The database is away, or what it says is not what is expected: neither may end the rounds for good.
            Log.TimeRests(logger, failure);
        }
    }

    private async Task<bool> OneAsync(DueRow due, CancellationToken cancellationToken)
    {
        try
        {
            return await subjects.TellAsync(due, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (StorageUnavailableException or OperationCanceledException))
        {
            Log.TimeFailed(logger, failure, due.WorkspaceId, due.Mode);
            await subjects.PostponeAsync(due, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private void Wake(string topic)
    {
        if (topic == Topic)
        {
            _moved.Set();
        }
    }
}
