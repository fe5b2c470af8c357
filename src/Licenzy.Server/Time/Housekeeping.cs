using Licenzy.Server.Accounts;
using Licenzy.Server.Changes;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Time;

/// <summary>Removes what has outlived its promise: idempotency keys after 25 hours (CONTRACT §0 promises 24), changes that were
/// told a day ago, sessions that have ended, and deliveries that came to rest.</summary>
internal sealed class Housekeeping(Db db, IdempotencyBound bound, DeliveryRetention deliveries, TimeProvider clock, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(25);
    private static readonly TimeSpan ChangesLive = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, clock);
        try
        {
            await TidyAsync(stoppingToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await TidyAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var oldest = (clock.GetUtcNow() - KeysLive).ToUnixTimeMilliseconds();
            while (await db.WriteAsync(session => IdempotencyStore.RemoveOlderAsync(session, oldest, AtOnce), cancellationToken).ConfigureAwait(false) == AtOnce)
            {
                // More are left; other writers have their turn in between.
            }

            // Another server may have removed some too.
            bound.CountAgain();

            var now = clock.GetUtcNow();
            while (await db.WriteAsync(session => ChangeFeed.RemoveOlderAsync(session, Instant.Millis(now - ChangesLive), AtOnce), cancellationToken).ConfigureAwait(false) == AtOnce)
            {
                // As above.
            }

            var (idle, made) = (Instant.Millis(now - SessionCookie.Idle), Instant.Millis(now - SessionCookie.Longest));
            await db.WriteAsync(session => OperatorStore.RemoveEndedAsync(session, idle, made), cancellationToken).ConfigureAwait(false);
            await deliveries.TidyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException unavailable)
        {
            Log.HousekeepingFailed(logger, unavailable);
        }
    }
}
