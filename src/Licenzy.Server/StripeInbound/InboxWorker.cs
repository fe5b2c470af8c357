using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.StripeInbound;

/// <summary>
/// Finishes what an event alone could not: asks Stripe where two states contradict each other or a payment's invoice is not known, and tries again
/// what had no match or failed. A lease keeps other servers off; a crash only delays, since effect and mark are one transaction.
/// </summary>
internal sealed class InboxWorker(Db db, BillingInbox inbox, StripeLooks looks, TimeProvider clock, ILogger<InboxWorker> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private const int SideBySide = 4;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    // Longer than a batch may take: eight looks of thirty seconds each, one after the other where all are about one object.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Works off everything that is due; says how many events it took up.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        while (await ClaimAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } batch)
        {
            taken += batch.Count;
            // What waits for the same object is worked on one after the other: the first answer often serves all.
            await Parallel.ForEachAsync(
                batch.GroupBy(row => (row.WorkspaceId, row.Mode, row.LookId ?? row.ObjectId ?? row.Id)),
                new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
                async (rows, token) =>
                {
                    foreach (var row in rows)
                    {
                        await OneAsync(row, token).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
        }

        return taken;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken).ConfigureAwait(false);
                await inbox.Signal.WaitAsync(Round, clock, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The database is away, or what it says is not what is expected: neither may end the rounds for good.
                Log.InboxRests(logger, failure);
                await inbox.Signal.WaitAsync(Round, clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private Task<IReadOnlyList<StripeEventRow>> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return db.WriteAsync(session => StripeEventStore.ClaimAsync(session, Instant.Millis(now), Instant.Millis(now + Lease), AtOnce), cancellationToken);
    }

    private async Task OneAsync(StripeEventRow row, CancellationToken cancellationToken)
    {
        try
        {
            await (row.Look is { } look ? LookAsync(row, look, cancellationToken) : inbox.AgainAsync(row, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (StorageUnavailableException or OperationCanceledException))
        {
            Log.EventFailed(logger, failure, row.Id, row.Type);
            await inbox.FailAsync(row, InboxSchedule.NotApplied, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(StripeEventRow row, StripeLook look, CancellationToken cancellationToken)
    {
        // An answer to the same question may have settled it a moment ago.
        if (await db.ReadAsync(session => StripeEventStore.IsOpenAsync(session, row.Scope, row.Id), cancellationToken).ConfigureAwait(false))
        {
            var answer = await looks.AskAsync(row.Scope, row.Id, look, cancellationToken).ConfigureAwait(false);
            if (answer.Failure is { } why)
            {
                Log.LookFailed(logger, row.Id, why);
                await inbox.FailAsync(row, why, cancellationToken).ConfigureAwait(false);
                return;
            }

            await inbox.AnswerAsync(row, look, answer, cancellationToken).ConfigureAwait(false);
        }
    }
}
