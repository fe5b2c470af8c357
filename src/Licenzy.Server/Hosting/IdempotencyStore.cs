using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Hosting;

/// <summary>What is known of an Idempotency-Key.</summary>
internal sealed record IdempotencyRow(byte[] BodyHash, long? Status, byte[]? Answer, string? ResourceId, long? LockedUntil);

/// <summary>Where a key holds: workspace, mode, method and concrete path (CONTRACT §0).</summary>
internal sealed record IdempotencyScope(Scope Scope, string Route, string Key)
{
    /// <summary>The order in which keys are written.</summary>
    public static IComparer<IdempotencyScope> Order { get; } = Comparer<IdempotencyScope>.Create((left, right) =>
        string.CompareOrdinal(left.Scope.WorkspaceId, right.Scope.WorkspaceId) is not 0 and var workspace ? workspace
        : left.Scope.Mode.CompareTo(right.Scope.Mode) is not 0 and var mode ? mode
        : string.CompareOrdinal(left.Route, right.Route) is not 0 and var route ? route
        : string.CompareOrdinal(left.Key, right.Key));

    public object Columns => new { Scope.WorkspaceId, mode = Scope.Mode.ToWord(), Route, Key };
}

/// <summary>All SQL about idempotency keys.</summary>
internal static class IdempotencyStore
{
    private const string Where = "workspace_id = @WorkspaceId and mode = @mode and route = @Route and idempotency_key = @Key";

    /// <summary>A look without a lock.</summary>
    public static Task<IdempotencyRow?> PeekAsync(Session session, IdempotencyScope scope) =>
        session.FindAsync<IdempotencyRow>($"select body_hash, status, answer, resource_id, locked_until from idempotency_keys where {Where}", scope.Columns);

    public static Task<IdempotencyRow?> FindAsync(Session session, IdempotencyScope scope) =>
        session.FindAsync<IdempotencyRow>(
            $"select body_hash, status, answer, resource_id, locked_until from idempotency_keys where {Where}{session.Dialect.ForUpdate}", scope.Columns);

    /// <summary>
    /// Takes the key before the work is done; <see langword="false"/> where another request has it. On PostgreSQL it waits for one under way, so
    /// that a repeat never sees the first request's effect without its answer.
    /// </summary>
    public static async Task<bool> TryTakeAsync(
        Session session, IdempotencyScope scope, byte[] bodyHash, long now, string? resourceId = null, long? lockedUntil = null) =>
        await session.ExecuteAsync(
            """
            insert into idempotency_keys (workspace_id, mode, route, idempotency_key, body_hash, resource_id, locked_until, created_at)
            values (@WorkspaceId, @mode, @Route, @Key, @bodyHash, @resourceId, @lockedUntil, @now)
            on conflict (workspace_id, mode, route, idempotency_key) do nothing
            """,
            new { scope.Scope.WorkspaceId, mode = scope.Scope.Mode.ToWord(), scope.Route, scope.Key, bodyHash, resourceId, lockedUntil, now })
            .ConfigureAwait(false) == 1;

    /// <summary>What is known of many keys at once; the unknown are left out. Nothing is locked: who makes one of them meanwhile is met when it is written.</summary>
    public static async Task<Dictionary<IdempotencyScope, IdempotencyRow>> PeekAsync(Session session, IReadOnlyCollection<IdempotencyScope> places)
    {
        var rows = RowsJson.Of(places, place => place.Scope.WorkspaceId, place => place.Scope.Mode.ToWord(), place => place.Route, place => place.Key);
        var known = await session.ListAsync<KnownKey>(
            $"""
            with v as materialized {session.Dialect.Rows("@rows", ("workspace_id", "text"), ("mode", "text"), ("route", "text"), ("idempotency_key", "text"))}
            select t.workspace_id, t.mode, t.route, t.idempotency_key as key, t.body_hash, t.status, t.answer, t.resource_id, t.locked_until
            from v join idempotency_keys t
                on t.workspace_id = v.workspace_id and t.mode = v.mode and t.route = v.route and t.idempotency_key = v.idempotency_key
            """,
            new { rows }).ConfigureAwait(false);
        return known.ToDictionary(
            row => new IdempotencyScope(new Scope(row.WorkspaceId, Words.Parse<Mode>(row.Mode)), row.Route, row.Key),
            row => new IdempotencyRow(row.BodyHash, row.Status, row.Answer, row.ResourceId, row.LockedUntil));
    }

    private sealed record KnownKey(
        string WorkspaceId, string Mode, string Route, string Key, byte[] BodyHash, long? Status, byte[]? Answer, string? ResourceId, long? LockedUntil);

    /// <summary>Adds a key with its answer. Where another writer made it meanwhile, the transaction fails as a lost race does.</summary>
    public static void Add(Session session, IdempotencyScope scope, byte[] bodyHash, long status, byte[] answer, long now) =>
        session.Put(Answered, new AnsweredKey(scope, bodyHash, status, answer, now));

    private static readonly RowSet<AnsweredKey> Answered = RowSet<AnsweredKey>.Insert(
        "idempotency_keys",
        ("workspace_id", one => one.Place.Scope.WorkspaceId), ("mode", one => one.Place.Scope.Mode.ToWord()), ("route", one => one.Place.Route),
        ("idempotency_key", one => one.Place.Key), ("body_hash", one => one.BodyHash), ("status", one => one.Status), ("answer", one => one.Answer),
        ("created_at", one => one.Now));

    private sealed record AnsweredKey(IdempotencyScope Place, byte[] BodyHash, long Status, byte[] Answer, long Now);

    /// <summary>Names what the key is working on, and until when nobody else may.</summary>
    public static Task WorkOnAsync(Session session, IdempotencyScope scope, string resourceId, long lockedUntil) =>
        session.ExecuteAsync(
            $"update idempotency_keys set resource_id = @resourceId, locked_until = @lockedUntil where {Where}",
            new { scope.Scope.WorkspaceId, mode = scope.Scope.Mode.ToWord(), scope.Route, scope.Key, resourceId, lockedUntil });

    /// <summary>Keeps the answer; its age counts from now, however many tries it took.</summary>
    public static void Answer(Session session, IdempotencyScope scope, long status, byte[] answer, long now) =>
        session.Put(Answers, new KeptAnswer(scope, status, answer, now));

    private static readonly RowSet<KeptAnswer> Answers = RowSet<KeptAnswer>.Update(
        "idempotency_keys", keys: 4,
        ("workspace_id", one => one.Place.Scope.WorkspaceId), ("mode", one => one.Place.Scope.Mode.ToWord()), ("route", one => one.Place.Route),
        ("idempotency_key", one => one.Place.Key), ("status", one => one.Status), ("answer", one => one.Answer), ("locked_until", _ => (long?)null),
        ("created_at", one => one.Now));

    private sealed record KeptAnswer(IdempotencyScope Place, long Status, byte[] Answer, long Now);

    public static Task LockAsync(Session session, IdempotencyScope scope, long? until) =>
        session.ExecuteAsync(
            $"update idempotency_keys set locked_until = @until where {Where}",
            new { scope.Scope.WorkspaceId, mode = scope.Scope.Mode.ToWord(), scope.Route, scope.Key, until });

    public static Task RemoveAsync(Session session, IdempotencyScope scope) =>
        session.ExecuteAsync($"delete from idempotency_keys where {Where}", scope.Columns);

    /// <summary>How many keys the workspace has kept, counted no further than <paramref name="most"/>.</summary>
    public static Task<long?> CountAsync(Session session, string workspaceId, long most) =>
        session.FindAsync<long?>(
            "select count(*) from (select 1 from idempotency_keys where workspace_id = @workspaceId limit @most) as kept", new { workspaceId, most });

    /// <summary>Removes some of the oldest: never so many that other writers wait long.</summary>
    public static Task<int> RemoveOlderAsync(Session session, long than, int most) =>
        session.ExecuteAsync(
            """
            delete from idempotency_keys where (workspace_id, mode, route, idempotency_key) in (
                select workspace_id, mode, route, idempotency_key from idempotency_keys where created_at < @than order by created_at limit @most)
            """,
            new { than, most });
}
