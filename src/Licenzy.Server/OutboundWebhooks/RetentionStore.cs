using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>All SQL that removes deliveries.</summary>
internal static class RetentionStore
{
    private sealed record Removed(string WorkspaceId, string Mode, string Id, string EventId);

    /// <summary>Removes some of those that came to rest before an instant, with their tries and what nobody needs any more; says how many.</summary>
    public static async Task<int> RemoveAsync(Session session, DeliveryStatus status, long endedBefore, int most)
    {
        var removed = await session.ListAsync<Removed>(
            $"""
            with old as materialized (
                select workspace_id, mode, id from deliveries where status = @status and ended_at < @endedBefore order by ended_at limit @most{session.Dialect.SkipLocked})
            delete from deliveries where (workspace_id, mode, id) in (select workspace_id, mode, id from old)
            returning workspace_id, mode, id, event_id
            """,
            new { status = status.ToWord(), endedBefore, most }).ConfigureAwait(false);
        foreach (var scope in removed.GroupBy(row => (row.WorkspaceId, row.Mode)))
        {
            var its = new { scope.Key.WorkspaceId, scope.Key.Mode, ids = scope.Select(row => row.Id).ToArray(), events = scope.Select(row => row.EventId).Distinct().ToArray() };
            await session.ExecuteAsync($"delete from delivery_attempts where workspace_id = @WorkspaceId and mode = @Mode and delivery_id {session.Dialect.OneOf("@ids")}", its).ConfigureAwait(false);
            // Locked before they are looked at: a resend holds its event until its delivery is there to be seen.
            await session.ListAsync<string>($"select id from outbound_events where workspace_id = @WorkspaceId and mode = @Mode and id {session.Dialect.OneOf("@events")} order by id{session.Dialect.ForUpdate}", its)
                .ConfigureAwait(false);
            await session.ExecuteAsync(
                $"""
                delete from outbound_events where workspace_id = @WorkspaceId and mode = @Mode and id {session.Dialect.OneOf("@events")} and not exists (
                    select 1 from deliveries d
                    where d.workspace_id = outbound_events.workspace_id and d.mode = outbound_events.mode and d.event_id = outbound_events.id)
                """,
                its).ConfigureAwait(false);
        }

        return removed.Count;
    }
}
