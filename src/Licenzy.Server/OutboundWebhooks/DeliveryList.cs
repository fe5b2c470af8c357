using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>A try as it is shown.</summary>
internal sealed record AttemptListed(long At, long? HttpStatus, string? Error, long? DurationMs);

/// <summary>All SQL that shows deliveries.</summary>
internal static class DeliveryList
{
    private const int MostAttempts = 1000;
    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    /// <summary>A page, newest first.</summary>
    public static Task<IReadOnlyList<DeliveryRow>> PageAsync(Session session, Scope scope, DeliveryFilter filter, string? before, int limit) =>
        session.ListAsync<DeliveryRow>(
            $"""
            select {DeliveryStore.Columns} from deliveries
            where {InScope}{filter.Where}{(before is null ? "" : " and id < @before")}
            order by id desc
            limit @limit
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), filter.Status, filter.Type, filter.SubjectRef, filter.Since, filter.Until, before, limit });

    public static Task<DeliveryRow?> FindAsync(Session session, Scope scope, string id) =>
        session.FindAsync<DeliveryRow>(
            $"select {DeliveryStore.Columns} from deliveries where {InScope} and id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    /// <summary>What is sent; <see langword="null"/> where its time is over.</summary>
    public static Task<byte[]?> PayloadAsync(Session session, DeliveryRow delivery) =>
        session.FindAsync<byte[]>("select payload from outbound_events where workspace_id = @WorkspaceId and mode = @Mode and id = @EventId", delivery);

    /// <summary>Its tries, oldest first: the last 1,000 of one that was requeued very often.</summary>
    public static Task<IReadOnlyList<AttemptListed>> AttemptsAsync(Session session, DeliveryRow delivery) =>
        session.ListAsync<AttemptListed>(
            $"""
            select at, http_status, error, duration_ms from (
                select number, at, http_status, error, duration_ms from delivery_attempts
                where workspace_id = @WorkspaceId and mode = @Mode and delivery_id = @Id
                order by number desc
                limit {MostAttempts}) as latest
            order by number
            """,
            delivery);
}
