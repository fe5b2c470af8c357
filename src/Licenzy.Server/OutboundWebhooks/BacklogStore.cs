using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>How many deliveries of a status wait, and since when the oldest of them.</summary>
internal sealed record WaitingRow
{
    // No constructor that takes them: SQLite cannot tell the type of what is computed where there is no row.
    public required string Status { get; init; }

    public required long Deliveries { get; init; }

    public required long Oldest { get; init; }
}

/// <summary>What waits to be sent, all workspaces together; and what waits in vain.</summary>
internal static class BacklogStore
{
    public static Task<IReadOnlyList<WaitingRow>> WaitingAsync(Session session) =>
        session.ListAsync<WaitingRow>("select status, count(*) as deliveries, min(created_at) as oldest from deliveries where next_attempt_at is not null group by status");

    /// <summary>When something is due next, after now.</summary>
    public static Task<long?> NextDueAsync(Session session, long now) =>
        session.FindAsync<long?>("select min(next_attempt_at) from deliveries where next_attempt_at > @now", new { now });

    /// <summary>An SQLite file has one owner: a lease of another process is of one that is no more.</summary>
    public static Task<int> FreeAsync(Session session) => session.ExecuteAsync("update deliveries set leased_until = null where leased_until is not null");

    /// <summary>
    /// Ends what cannot be sent any more: its endpoint is gone, or has been disabled for as long as an endpoint may fail; or its budget is used up, by a crash
    /// in the last try or by a shorter schedule.
    /// </summary>
    public static async Task<int> BuryAsync(Session session, long now, long longAgo, int budget, int most) =>
        await BuryAsync(session, "case when leased_until is null then last_error else 'interrupted' end", "d.tries >= @budget", now, longAgo, budget, most).ConfigureAwait(false)
        + await BuryAsync(
            session,
            "'endpoint_deleted'",
            "not exists (select 1 from webhook_endpoints e join workspaces w on w.id = e.workspace_id "
            + "where e.workspace_id = d.workspace_id and e.mode = d.mode and e.id = d.endpoint_id and w.deleted_at is null)",
            now, longAgo, budget, most).ConfigureAwait(false)
        + await BuryAsync(
            session,
            "'endpoint_disabled'",
            "d.next_attempt_at <= @longAgo and exists (select 1 from webhook_endpoints e "
            + "where e.workspace_id = d.workspace_id and e.mode = d.mode and e.id = d.endpoint_id and e.disabled_at <= @longAgo)",
            now, longAgo, budget, most).ConfigureAwait(false);

    private static Task<int> BuryAsync(Session session, string why, string which, long now, long longAgo, int budget, int most) =>
        session.ExecuteAsync(
            $"""
            with vain as materialized (
                select d.workspace_id, d.mode, d.id from deliveries d
                where {DispatchStore.IsFree} and {which}
                order by d.next_attempt_at
                limit @most{session.Dialect.SkipLocked})
            update deliveries set status = 'dead', next_attempt_at = null, leased_until = null, ended_at = @now, last_error = {why}
            where (workspace_id, mode, id) in (select workspace_id, mode, id from vain)
            """,
            new { now, longAgo, budget, most });
}
