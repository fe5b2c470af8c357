using Licenzy.Server.Accounts;
using Licenzy.Server.Changes;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.Time;

/// <summary>
/// Removes what has outlived its promise: idempotency keys after 25 hours (CONTRACT §0 promises 24), changes that were told a day ago, sessions that
/// have ended, Stripe's events, and deliveries that came to rest.
/// </summary>
internal sealed class Housekeeping(Db db, IdempotencyBound bound, DeliveryRetention deliveries, TimeProvider clock, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan Round = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(25);
    private static readonly TimeSpan ChangesLive = TimeSpan.FromHours(24);

    // Stripe sends an event again for three days by itself and for a month by hand, and lists it for a month (SECURITY T31: 30 days at least).
    private static readonly TimeSpan EventsLive = TimeSpan.FromDays(90);

    // What nothing here fitted waits for a person that long.
    private static readonly TimeSpan OpenEventsLive = TimeSpan.FromDays(365);

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

    /// <summary>One round: everything whose time is over.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var oldest = (clock.GetUtcNow() - KeysLive).ToUnixTimeMilliseconds();
            await AllAsync(session => IdempotencyStore.RemoveOlderAsync(session, oldest, AtOnce), cancellationToken).ConfigureAwait(false);

            // Another server may have removed some too.
            bound.CountAgain();

            var now = clock.GetUtcNow();
            await AllAsync(session => ChangeFeed.RemoveOlderAsync(session, Instant.Millis(now - ChangesLive), AtOnce), cancellationToken).ConfigureAwait(false);
            var (idle, made) = (Instant.Millis(now - SessionCookie.Idle), Instant.Millis(now - SessionCookie.Longest));
            await db.WriteAsync(session => OperatorStore.RemoveEndedAsync(session, idle, made), cancellationToken).ConfigureAwait(false);
            await deliveries.TidyAsync(cancellationToken).ConfigureAwait(false);
            var (done, open) = (Instant.Millis(now - EventsLive), Instant.Millis(now - OpenEventsLive));
            await AllAsync(session => StripeEventStore.RemoveOlderAsync(session, done, open, AtOnce), cancellationToken).ConfigureAwait(false);
            await AllAsync(session => BillingEventStore.RemoveOlderAsync(session, done, open, AtOnce), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or what it says is not what is expected: neither may end the rounds for good.
            Log.HousekeepingFailed(logger, failure);
        }
    }

    private async Task AllAsync(Func<Session, Task<int>> removeSome, CancellationToken cancellationToken)
    {
        while (await db.WriteAsync(removeSome, cancellationToken).ConfigureAwait(false) == AtOnce)
        {
            // More are left; other writers have their turn in between.
        }
    }
}
