using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>All SQL about the inbox.</summary>
internal static class StripeEventStore
{
    private const string Columns =
        "workspace_id, mode, id, type, object_id, status, note, look_kind, look_id, tries, payload, event_created_at";

    private const string Event = "workspace_id = @WorkspaceId and mode = @mode and id = @id";

    /// <summary>Takes the event in, once: <see langword="false"/> where it is here already.</summary>
    public static async Task<bool> TryAddAsync(Session session, Scope scope, BillingEvent billing, byte[] payload, long now) =>
        await session.ExecuteAsync(
            """
            insert into stripe_events (workspace_id, mode, id, type, object_id, status, tries, payload, event_created_at, received_at)
            values (@WorkspaceId, @mode, @Id, @Type, @ObjectId, 'applied', 0, @payload, @created, @now)
            on conflict (workspace_id, mode, id) do nothing
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), billing.Id, billing.Type, billing.ObjectId, payload, created = Instant.Millis(billing.CreatedAt), now })
            .ConfigureAwait(false) == 1;

    /// <summary>An event that is here, locked; <see langword="null"/> where it is done with, or not here at all.</summary>
    public static Task<StripeEventRow?> FindOpenAsync(Session session, Scope scope, string id) =>
        session.FindAsync<StripeEventRow>(
            $"select {Columns} from stripe_events where {Event} and status <> 'applied'{session.Dialect.ForUpdate}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    /// <summary>An event, wherever it stands.</summary>
    public static Task<StripeEventRow?> FindAsync(Session session, Scope scope, string id) =>
        session.FindAsync<StripeEventRow>($"select {Columns} from stripe_events where {Event}", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    /// <summary>An event, wherever it stands, locked.</summary>
    public static Task<StripeEventRow?> LockAsync(Session session, Scope scope, string id) =>
        session.FindAsync<StripeEventRow>(
            $"select {Columns} from stripe_events where {Event}{session.Dialect.ForUpdate}", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    /// <summary>Has the worker take what waited for an object, however long it has waited.</summary>
    public static Task DueAsync(Session session, Scope scope, string objectId, long now) =>
        session.ExecuteAsync(
            """
            update stripe_events set next_try_at = @now
            where workspace_id = @WorkspaceId and mode = @mode and object_id = @objectId and status = 'unmatched'
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), objectId, now });

    /// <summary>Whether an event is not done with.</summary>
    public static async Task<bool> IsOpenAsync(Session session, Scope scope, string id) =>
        await session.FindAsync<long>(
            $"select count(*) from stripe_events where {Event} and status <> 'applied'",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id }).ConfigureAwait(false) > 0;

    /// <summary>Whether an event is here and done with.</summary>
    public static async Task<bool> IsAppliedAsync(Session session, Scope scope, string id) =>
        await session.FindAsync<long>(
            $"select count(*) from stripe_events where {Event} and status = 'applied'",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id }).ConfigureAwait(false) > 0;

    /// <summary>
    /// Events that waited for an object to be known here, in the order in which they happened. One that came after <see cref="LockOrder"/> began and that somebody
    /// else applies at this moment may not have found the object: the transaction begins again.
    /// </summary>
    public static async Task<IReadOnlyList<StripeEventRow>> KeptAsync(Session session, Scope scope, string objectId, int most)
    {
        const string waiting =
            """
            from stripe_events
            where workspace_id = @WorkspaceId and mode = @mode and object_id = @objectId and status = 'unmatched'
            order by event_created_at, id
            limit @most
            """;
        var place = new { scope.WorkspaceId, mode = scope.Mode.ToWord(), objectId, most };
        if (session.Dialect == Dialect.Sqlite)
        {
            return await session.ListAsync<StripeEventRow>($"select {Columns} {waiting}", place).ConfigureAwait(false);
        }

        var (free, all) = await session.ListsAsync<StripeEventRow, string>($"select {Columns} {waiting}{session.Dialect.SkipLocked}", $"select id {waiting}", place)
            .ConfigureAwait(false);
        return all.Except(free.Select(row => row.Id)).Any() ? throw new LostRaceException() : free;
    }

    /// <summary>Notes what became of an event, and when to try again.</summary>
    public static Task SaveAsync(Session session, Scope scope, string id, InboxState state, long now) =>
        session.ExecuteAsync(
            $"""
            update stripe_events
            set status = @status, note = @Note, look_kind = @lookKind, look_id = @lookId, next_try_at = @NextTryAt, leased_until = null,
                tries = case when status = @status then tries else 0 end, applied_at = case when @status = 'applied' then @now else applied_at end
            where {Event}
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                id,
                status = state.Status.ToWord(),
                state.Note,
                lookKind = state.Look?.Kind.ToWord(),
                lookId = state.Look?.ObjectId,
                state.NextTryAt,
                now,
            });

    /// <summary>
    /// Every event that awaits the same look is answered by one that was had at <paramref name="asOf"/>, unless it is of that very second: it may
    /// have happened a moment after the answer. One that somebody else has just now gets an answer of its own.
    /// </summary>
    public static Task AnsweredAsync(Session session, Scope scope, StripeLook look, DateTimeOffset asOf, long now) =>
        session.ExecuteAsync(
            $"""
            update stripe_events
            set status = 'applied', look_kind = null, look_id = null, next_try_at = null, leased_until = null, applied_at = @now
            where workspace_id = @WorkspaceId and mode = @mode and id in (
                select id from stripe_events
                where workspace_id = @WorkspaceId and mode = @mode and status = 'pending' and look_kind = @kind and look_id = @ObjectId
                    and event_created_at < @asOf{session.Dialect.SkipLocked})
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), kind = look.Kind.ToWord(), look.ObjectId, asOf = Instant.Millis(asOf), now });

    /// <summary>
    /// Takes what is due, for as long as the lease: nobody else does, and a crash only delays it. Workspaces take turns, so that one that has
    /// thousands waiting keeps nobody else's first one waiting.
    /// </summary>
    public static Task<IReadOnlyList<StripeEventRow>> ClaimAsync(Session session, long now, long until, int most) =>
        session.ListAsync<StripeEventRow>(
            $"""
            with due as materialized (
                select workspace_id, mode, id from stripe_events e
                where next_try_at <= @now and (leased_until is null or leased_until <= @now)
                    and (workspace_id, mode, id) in (
                        select workspace_id, mode, id from (
                            select workspace_id, mode, id, next_try_at, row_number() over (partition by workspace_id order by next_try_at, id) as turn
                            from stripe_events
                            where next_try_at <= @now and (leased_until is null or leased_until <= @now)) as waiting
                        order by turn, next_try_at, id
                        limit @most)
                limit @most{session.Dialect.SkipLocked})
            update stripe_events set leased_until = @until, tries = tries + 1
            where (workspace_id, mode, id) in (select workspace_id, mode, id from due)
            returning {Columns}
            """,
            new { now, until, most });

    /// <summary>Removes some of the events that are older than their time: what is done with, and what nobody will be done with any more.</summary>
    public static Task<int> RemoveOlderAsync(Session session, long doneThan, long openThan, int most) =>
        session.ExecuteAsync(
            $"""
            with old as materialized (
                select workspace_id, mode, id from stripe_events
                where received_at < @doneThan
                    and (received_at < @openThan or (status = 'applied' and (applied_at is null or applied_at < @doneThan)))
                order by received_at
                limit @most{session.Dialect.SkipLocked})
            delete from stripe_events where (workspace_id, mode, id) in (select workspace_id, mode, id from old)
            """,
            new { doneThan, openThan, most });
}
