using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>All SQL about the inbox.</summary>
internal static class StripeEventStore
{
    /// <summary>Takes the event in, once: <see langword="false"/> where it is here already.</summary>
    public static async Task<bool> TryAddAsync(Session session, Scope scope, BillingEvent billing, byte[] payload, long now) =>
        await session.ExecuteAsync(
            """
            insert into stripe_events (workspace_id, mode, id, type, status, payload, event_created_at, received_at)
            values (@WorkspaceId, @mode, @Id, @Type, 'applied', @payload, @created, @now)
            on conflict (workspace_id, mode, id) do nothing
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), billing.Id, billing.Type, payload, created = Instant.Millis(billing.CreatedAt), now })
            .ConfigureAwait(false) == 1;

    /// <summary>Whether the event was here before and found no match: what it is about may be here now.</summary>
    public static async Task<bool> IsUnmatchedAsync(Session session, Scope scope, string id) =>
        await session.FindAsync<string>(
            $"select status from stripe_events where workspace_id = @WorkspaceId and mode = @mode and id = @id{session.Dialect.ForUpdate}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id }).ConfigureAwait(false) == "unmatched";

    /// <summary>Notes that the event took effect after all.</summary>
    public static Task MatchedAsync(Session session, Scope scope, string id) =>
        session.ExecuteAsync(
            "update stripe_events set status = 'applied', note = null where workspace_id = @WorkspaceId and mode = @mode and id = @id",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    /// <summary>Notes that nothing here fits the event, and why; the operator sees it.</summary>
    public static Task UnmatchedAsync(Session session, Scope scope, string id, string note) =>
        session.ExecuteAsync(
            "update stripe_events set status = 'unmatched', note = @note where workspace_id = @WorkspaceId and mode = @mode and id = @id",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id, note });
}
