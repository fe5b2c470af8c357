using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What waits to be sent, seen as a whole: counted for the metrics, and ended where it waits in vain.</summary>
internal sealed class Backlog(Db db, DispatchTurn turn, Meters meters, TimeProvider clock, ILogger<Backlog> logger)
{
    private const int AtOnce = 500;

    // Also at none: an alarm on a series that is not there never rings.
    private static readonly string[] Waiting = [DeliveryStatus.Pending.ToWord(), DeliveryStatus.Failed.ToWord()];

    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var waiting = await db.ReadAsync(BacklogStore.WaitingAsync, cancellationToken).ConfigureAwait(false);
        var oldest = waiting.Count == 0 ? TimeSpan.Zero : clock.GetUtcNow() - Instant.Of(waiting.Min(row => row.Oldest));
        meters.WebhooksWait([.. Waiting.Select(status => (status, waiting.SingleOrDefault(row => row.Status == status)?.Deliveries ?? 0))], oldest);
    }

    /// <summary>Ends what cannot be sent any more; says how many that were.</summary>
    public async Task<int> BuryAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (all, some) = (0, 0);
        do
        {
            some = await db.WriteAsync(
                session => BacklogStore.BuryAsync(session, Instant.Millis(now), Instant.Millis(now - EndpointRules.Patience), turn.Budget, AtOnce), cancellationToken).ConfigureAwait(false);
            all += some;
        }
        while (some >= AtOnce);
        if (all > 0)
            Log.DeliveriesBuried(logger, all);
        return all;
    }

    /// <summary>How long until the first that was not due yet at an instant.</summary>
    public async Task<TimeSpan?> NextAsync(DateTimeOffset after, CancellationToken cancellationToken)
    {
        var next = await db.ReadAsync(session => BacklogStore.NextDueAsync(session, Instant.Millis(after)), cancellationToken).ConfigureAwait(false);
        // Timers cut to whole milliseconds: not a moment before it.
        return Instant.Of(next) - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
    }
}
