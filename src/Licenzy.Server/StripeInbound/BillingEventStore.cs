using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>All SQL about the inbox of the operator's billing.</summary>
internal static class BillingEventStore
{
    /// <summary>The bound on events that one match brings along.</summary>
    private const int MostKept = 100;

    /// <summary>Waits until no other transaction applies a billing event.</summary>
    public static Task TurnAsync(Session session) =>
        session.FindAsync<string>($"select value from settings where name = 'operator_billing'{session.Dialect.ForUpdate}");

    /// <summary>
    /// Whether an event's mode counts. The first event of real money says that the operator is open: from then on test mode's buy nothing here.
    /// Called while the turn is held.
    /// </summary>
    public static async Task<bool> CountsAsync(Session session, bool livemode)
    {
        if (!livemode)
        {
            return await session.FindAsync<string>("select value from settings where name = 'operator_billing_mode'").ConfigureAwait(false) is null;
        }

        await session.ExecuteAsync("insert into settings (name, value) values ('operator_billing_mode', 'live') on conflict (name) do nothing").ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes the event in, once: <see langword="false"/> where it is here already.</summary>
    public static async Task<bool> TryAddAsync(Session session, OperatorEvent one, byte[] payload, long now) =>
        await session.ExecuteAsync(
            """
            insert into billing_events (id, type, subscription_id, customer_id, status, payload, event_created_at, received_at, applied_at)
            values (@Id, @Type, @SubscriptionId, @CustomerId, 'applied', @payload, @created, @now, @now)
            on conflict (id) do nothing
            """,
            new { one.News.Id, one.News.Type, one.SubscriptionId, one.CustomerId, payload, created = Instant.Millis(one.News.CreatedAt), now })
            .ConfigureAwait(false) == 1;

    public static async Task<bool> IsUnmatchedAsync(Session session, string id) =>
        await session.FindAsync<long>("select count(*) from billing_events where id = @id and status = 'unmatched'", new { id }).ConfigureAwait(false) > 0;

    /// <summary>Events that waited for the subscription or the customer to be known here, in the order in which they happened.</summary>
    public static Task<IReadOnlyList<byte[]>> KeptAsync(Session session, OperatorEvent one) =>
        session.ListAsync<byte[]>(
            $"""
            select payload from billing_events
            where status = 'unmatched' and (subscription_id = @SubscriptionId or customer_id = cast(@CustomerId as text))
            order by event_created_at, id
            limit {MostKept}
            """,
            new { one.SubscriptionId, one.CustomerId });

    public static Task UnmatchedAsync(Session session, string id, string note) =>
        session.ExecuteAsync("update billing_events set status = 'unmatched', note = @note, applied_at = null where id = @id", new { id, note });

    public static Task AppliedAsync(Session session, string id, long now) =>
        session.ExecuteAsync("update billing_events set status = 'applied', note = null, applied_at = @now where id = @id", new { id, now });

    /// <summary>Removes some of the events that are older than their time, as those of the tenants' Stripe accounts.</summary>
    public static Task<int> RemoveOlderAsync(Session session, long doneThan, long openThan, int most) =>
        session.ExecuteAsync(
            """
            delete from billing_events where id in (
                select id from billing_events
                where received_at < @doneThan
                    and (received_at < @openThan or (status = 'applied' and (applied_at is null or applied_at < @doneThan)))
                order by received_at
                limit @most)
            """,
            new { doneThan, openThan, most });
}
