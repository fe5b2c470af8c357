using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeSync;

/// <summary>A row of <c>stripe_catch_ups</c>: how far a connection's events were read.</summary>
internal sealed record CatchUpRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required long Through { get; init; }

    public string? Place { get; init; }

    public long? PlaceSince { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}

/// <summary>All SQL about catching up.</summary>
internal static class CatchUpStore
{
    private const string Columns = "workspace_id, mode, through, place, place_since";

    private const string InScope = "workspace_id = @WorkspaceId and mode = @mode";

    /// <summary>Gives every connection its row: before it was made, nothing could have been missed.</summary>
    public static Task AddMissingAsync(Session session) =>
        session.ExecuteAsync(
            """
            insert into stripe_catch_ups (workspace_id, mode, through)
            select workspace_id, mode, created_at from stripe_connections where 1 = 1
            on conflict (workspace_id, mode) do nothing
            """);

    /// <summary>Connections whose last catch-up is no younger than <paramref name="before"/>, some at a time.</summary>
    public static Task<IReadOnlyList<CatchUpRow>> DueAsync(Session session, long before, (string WorkspaceId, string Mode) after, int most) =>
        session.ListAsync<CatchUpRow>(
            """
            select u.workspace_id, u.mode, u.through, u.place, u.place_since from stripe_catch_ups u
            join stripe_connections c on c.workspace_id = u.workspace_id and c.mode = u.mode
            join workspaces w on w.id = u.workspace_id
            where w.deleted_at is null and (u.finished_at is null or u.finished_at <= @before)
                and (u.workspace_id > @WorkspaceId or (u.workspace_id = @WorkspaceId and u.mode > @Mode))
            order by u.workspace_id, u.mode
            limit @most
            """,
            new { before, after.WorkspaceId, after.Mode, most });

    /// <summary>Takes a connection for as long as the lease; <see langword="null"/> where another server has it.</summary>
    public static Task<CatchUpRow?> LeaseAsync(Session session, Scope scope, long now, long until) =>
        session.FindAsync<CatchUpRow>(
            $"""
            update stripe_catch_ups set leased_until = @until
            where {InScope} and (leased_until is null or leased_until <= @now)
            returning {Columns}
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), now, until });

    public static Task RenewAsync(Session session, Scope scope, long until) =>
        session.ExecuteAsync(
            $"update stripe_catch_ups set leased_until = @until where {InScope}", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), until });

    /// <summary>Notes how far it got, and gives the connection back.</summary>
    public static Task SaveAsync(Session session, Scope scope, CatchUpRow reached, long? finishedAt) =>
        session.ExecuteAsync(
            $"""
            update stripe_catch_ups
            set through = @Through, place = @Place, place_since = @PlaceSince, leased_until = null, finished_at = coalesce(@finishedAt, finished_at)
            where {InScope}
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), reached.Through, reached.Place, reached.PlaceSince, finishedAt });

    public static Task GiveBackAsync(Session session, Scope scope) =>
        session.ExecuteAsync(
            $"update stripe_catch_ups set leased_until = null where {InScope}", new { scope.WorkspaceId, mode = scope.Mode.ToWord() });

    /// <summary>Events of a time that are here and done with.</summary>
    public static Task<IReadOnlyList<string>> AppliedAsync(Session session, Scope scope, long from, long to, int most) =>
        session.ListAsync<string>(
            $"""
            select id from stripe_events
            where {InScope} and event_created_at >= @from and event_created_at <= @to and status = 'applied'
            order by event_created_at, id
            limit @most
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), from, to, most });
}
