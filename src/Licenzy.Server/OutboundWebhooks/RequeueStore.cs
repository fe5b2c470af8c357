using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>All SQL by which people move deliveries: again from now, or no more.</summary>
internal static class RequeueStore
{
    // Whoever tries it at this moment must find no lease of theirs when they come back: the try before does not decide about the one to come.
    private const string Anew = "status = 'pending', tries = 0, leased_until = null, ended_at = null, endpoint_id = @endpointId";

    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    /// <summary>Lets a failed or dead one go again; <see langword="false"/> where it is neither, or is being tried.</summary>
    public static async Task<bool> TryRequeueAsync(Session session, EndpointRow endpoint, string id, long now) =>
        await session.ExecuteAsync(
            $"""
            update deliveries set {Anew}, next_attempt_at = @now
            where {InScope} and id = @id and status in ('failed', 'dead') and (leased_until is null or leased_until <= @now)
            """,
            new { endpoint.WorkspaceId, mode = endpoint.Mode, id, endpointId = endpoint.Id, now }).ConfigureAwait(false) == 1;

    /// <summary>Lets the oldest dead ones that fit go again, one after the other.</summary>
    /// <param name="session">A transaction that holds the endpoint.</param>
    /// <param name="endpoint">Where they go.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="start">When the first goes.</param>
    /// <param name="pace">Milliseconds from one to the next.</param>
    public static Task<int> RequeueDeadAsync(Session session, EndpointRow endpoint, DeliveryFilter filter, long limit, long start, long pace) =>
        session.ExecuteAsync(
            $"""
            with chosen as (
                select id, row_number() over (order by id) - 1 as place
                from (select id from deliveries where {InScope}{filter.Where} order by id limit @limit{session.Dialect.SkipLocked}) as oldest)
            update deliveries set {Anew}, next_attempt_at = @start + chosen.place * @pace
            from chosen
            where {InScope} and deliveries.id = chosen.id
            """,
            new { endpoint.WorkspaceId, mode = endpoint.Mode, filter.Status, filter.Type, filter.Since, filter.Until, limit, endpointId = endpoint.Id, start, pace });

    public static Task<long> CountAsync(Session session, Scope scope, DeliveryFilter filter) =>
        session.FindAsync<long>(
            $"select count(*) from deliveries where {InScope}{filter.Where}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), filter.Status, filter.Type, filter.Since, filter.Until });

    /// <summary>When the last of those that go again already is due; <see langword="null"/> where none waits.</summary>
    public static Task<long?> LastDueAsync(Session session, Scope scope) =>
        session.FindAsync<long?>(
            $"select max(next_attempt_at) from deliveries where {InScope} and status = 'pending' and tries = 0", new { scope.WorkspaceId, mode = scope.Mode.ToWord() });

    /// <summary>Ends some of what a deleted endpoint still owes; what a change under way adds after it is buried by <see cref="BacklogStore.BuryAsync(Session, long, long, int, int)"/>.</summary>
    public static Task<int> EndAsync(Session session, EndpointRow endpoint, long now, int most) =>
        session.ExecuteAsync(
            $"""
            update deliveries set status = 'dead', next_attempt_at = null, leased_until = null, ended_at = @now, last_error = 'endpoint_deleted'
            where {InScope} and status in ('pending', 'failed') and id in (
                select id from deliveries where {InScope} and status in ('pending', 'failed') and endpoint_id = @endpointId order by id limit @most)
            """,
            new { endpoint.WorkspaceId, mode = endpoint.Mode, endpointId = endpoint.Id, now, most });

    /// <summary>The event of a delivery, kept from being removed until the end of the transaction; <see langword="false"/> where its time is over.</summary>
    public static async Task<bool> HoldEventAsync(Session session, DeliveryRow delivery) =>
        await session.FindAsync<string>(
            $"select id from outbound_events where workspace_id = @WorkspaceId and mode = @Mode and id = @EventId{session.Dialect.ForUpdate}", delivery)
            .ConfigureAwait(false) is not null;
}
