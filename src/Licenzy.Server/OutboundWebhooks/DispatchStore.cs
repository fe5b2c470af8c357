using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Deliveries on their way: who has some due, taking them with a lease, and what became of them.</summary>
internal static class DispatchStore
{
    private const string Key = "workspace_id = @WorkspaceId and mode = @Mode";

    /// <summary>That a delivery <c>d</c> is due at <c>@now</c>, and nobody has it.</summary>
    public const string IsFree = "d.next_attempt_at <= @now and (d.leased_until is null or d.leased_until <= @now)";

    private static readonly RowSet<(DeliveryRow Row, long Now)> Begun = RowSet<(DeliveryRow Row, long Now)>.Insert(
        "delivery_attempts",
        ("workspace_id", one => one.Row.WorkspaceId), ("mode", one => one.Row.Mode), ("delivery_id", one => one.Row.Id), ("number", one => one.Row.Attempts), ("at", one => one.Now));

    /// <summary>Every endpoint with something due; each is found by a look into an index, however much waits there.</summary>
    public static Task<IReadOnlyList<ReadyEndpoint>> ReadyAsync(Session session, long now, int budget) =>
        session.ListAsync<ReadyEndpoint>(
            $"""
            select workspace_id, mode, failing_since, due from (
                select e.workspace_id, e.mode, e.failing_since, (
                    select d.next_attempt_at from deliveries d
                    where d.workspace_id = e.workspace_id and d.mode = e.mode and d.endpoint_id = e.id and {IsFree} and d.tries < @budget
                    order by d.next_attempt_at
                    limit 1) as due
                from webhook_endpoints e join workspaces w on w.id = e.workspace_id
                where e.disabled_at is null and w.deleted_at is null) ready
            where due is not null
            """,
            new { now, budget });

    /// <summary>How many tries of an endpoint are under way, anybody's.</summary>
    public static Task<long> LeasedAsync(Session session, Scope scope, long now) =>
        session.FindAsync<long>($"select count(*) from deliveries where {Key} and leased_until > @now", new { scope.WorkspaceId, Mode = scope.Mode.ToWord(), now });

    /// <summary>
    /// Takes what is due, oldest first, and counts the tries. The endpoint's row is locked by the caller. What is due is chosen once, before anything is
    /// changed: written into the update, PostgreSQL may choose again for each row and take more than asked.
    /// </summary>
    public static async Task<IReadOnlyList<Claim>> ClaimAsync(Session session, EndpointRow endpoint, long now, long until, int budget, int most)
    {
        var taken = await session.ListAsync<DeliveryRow>(
            $"""
            with due as materialized (
                select d.id from deliveries d
                where d.workspace_id = @WorkspaceId and d.mode = @Mode and d.endpoint_id = @Id and {IsFree} and d.tries < @budget
                order by d.next_attempt_at, d.id
                limit @most{session.Dialect.SkipLocked})
            update deliveries set leased_until = @until, attempts = attempts + 1, tries = tries + 1
            where {Key} and id in (select id from due)
            returning {DeliveryStore.Columns}
            """,
            new { endpoint.WorkspaceId, endpoint.Mode, endpoint.Id, now, until, budget, most }).ConfigureAwait(false);
        if (taken.Count == 0)
            return [];
        foreach (var row in taken)
            session.Put(Begun, (row, now));
        var payloads = (await session.ListAsync<PayloadRow>(
            $"select id, payload from outbound_events where {Key} and id in (select event_id from deliveries where {Key} and leased_until = @until)",
            new { endpoint.WorkspaceId, endpoint.Mode, until }).ConfigureAwait(false)).ToDictionary(row => row.Id, row => row.Payload, StringComparer.Ordinal);
        return [.. taken.OrderBy(row => row.NextAttemptAt).ThenBy(row => row.Id, StringComparer.Ordinal).Where(row => payloads.ContainsKey(row.EventId)).Select(row => new Claim(row, endpoint, payloads[row.EventId]))];
    }

    /// <summary>Takes counts back that nothing was sent for.</summary>
    public static async Task GiveBackAsync(Session session, Scope scope, IReadOnlyList<DeliveryRow> rows)
    {
        if (rows.Count == 0)
            return;
        var given = await session.ListAsync<GivenBack>(
            $"""
            with v as materialized {session.Dialect.Rows("@rows", ("id", "text"), ("number", "bigint"), ("lease", "bigint"))}
            update deliveries set leased_until = null, attempts = attempts - 1, tries = case when tries > 0 then tries - 1 else 0 end
            from v
            where {Key} and deliveries.id = v.id and attempts = v.number and leased_until = v.lease
            returning deliveries.id, attempts + 1 as number
            """,
            new { scope.WorkspaceId, Mode = scope.Mode.ToWord(), rows = RowsJson.Of(rows, row => row.Id, row => row.Attempts, row => row.LeasedUntil) }).ConfigureAwait(false);
        await session.ExecuteAsync(
            $"""
            with v as materialized {session.Dialect.Rows("@rows", ("id", "text"), ("number", "bigint"))}
            delete from delivery_attempts where {Key} and (delivery_id, number) in (select id, number from v)
            """,
            new { scope.WorkspaceId, Mode = scope.Mode.ToWord(), rows = RowsJson.Of(given, row => row.Id, row => row.Number) }).ConfigureAwait(false);
    }

    /// <summary>How the endpoint is doing, unless it is another one by now.</summary>
    public static Task StandAsync(Session session, EndpointRow endpoint) =>
        session.ExecuteAsync(
            """
            update webhook_endpoints set failing_since = @FailingSince, disabled_at = @DisabledAt, disabled_reason = @DisabledReason
            where workspace_id = @WorkspaceId and mode = @Mode and id = @Id
            """,
            endpoint);

    private sealed record GivenBack
    {
        // No constructor that takes them: SQLite cannot tell the type of what is computed where there is no row.
        public required string Id { get; init; }

        public required long Number { get; init; }
    }

    private sealed record PayloadRow(string Id, byte[] Payload);
}
