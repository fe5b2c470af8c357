using Licenzy.Domain.Webhooks;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Removes what has come to rest: sent deliveries after 30 days, dead ones after 90, each with its tries, and events that no delivery needs any more.</summary>
internal sealed class DeliveryRetention(Db db, TimeProvider clock)
{
    private const int AtOnce = 500;

    private static readonly (DeliveryStatus Status, TimeSpan Kept)[] Terms = [(DeliveryStatus.Sent, TimeSpan.FromDays(30)), (DeliveryStatus.Dead, TimeSpan.FromDays(90))];

    /// <summary>One round, in parts: other writers have their turn in between.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (status, kept) in Terms)
        {
            while (await db.WriteAsync(session => RetentionStore.RemoveAsync(session, status, Instant.Millis(now - kept), AtOnce), cancellationToken).ConfigureAwait(false) == AtOnce)
            {
            }
        }
    }
}
