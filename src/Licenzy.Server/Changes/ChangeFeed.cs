using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Changes;

/// <summary>A subject at a new version; <see langword="null"/> for a subject where everything in the mode is another at once.</summary>
/// <param name="SubjectRef">The subject.</param>
/// <param name="Version">Its version.</param>
/// <param name="NextChangeAt">When any of its rights changes by time alone.</param>
internal sealed record SubjectChanged(string? SubjectRef, long? Version, DateTimeOffset? NextChangeAt)
{
    /// <summary>Everything that is known of the mode's subjects is out of date.</summary>
    public static SubjectChanged Everything { get; } = new(null, null, null);
}

/// <summary>
/// The feed of changes: one head row, raised as the last statement of a transaction and held to its commit. So positions have no gaps and are in the
/// order of the commits; a sequence would lose rows, since a slow transaction's 1 commits after 2 was read.
/// </summary>
internal static class ChangeFeed
{
    /// <summary>Woken after every commit that appended.</summary>
    public const string Topic = "changes";

    private const string Select = """
        select f.position, f.workspace_id, f.mode, f.subject_ref, f.version, f.next_change_at, f.about, c.offset_ms as clock_offset
        from change_feed f
        left join test_clocks c on c.workspace_id = f.workspace_id and f.mode = 'test'
        """;

    /// <summary>That keys of a workspace, or the workspace itself, are others.</summary>
    public const string Keys = "keys";

    /// <summary>Tells of a subject, or of all of a mode.</summary>
    public static void Append(Session session, Scope scope, SubjectChanged change, DateTimeOffset at) =>
        Append(session, scope, change, about: null, at);

    /// <summary>Tells the other servers that keys of a workspace, or the workspace itself, are others.</summary>
    public static void AppendKeys(Session session, string workspaceId, DateTimeOffset at) =>
        Append(session, new Scope(workspaceId, Mode.Test), SubjectChanged.Everything, Keys, at);

    private static void Append(Session session, Scope scope, SubjectChanged change, string? about, DateTimeOffset at)
    {
        session.Last<Appended>(Rows, NumberAsync).Add(new Appended(scope, change, about, at));
        session.Wake(Topic);
    }

    // The head is raised once for all of them.
    private static async Task NumberAsync(Session session, IReadOnlyList<Appended> appended)
    {
        // PostgreSQL does it in the statement that adds them, one turn less while everybody waits for the head.
        var before = session.Dialect == Dialect.Postgres
            ? 0
            : await session.FindAsync<long>(
                "update change_feed_head set position = position + @count where id = 1 returning position - @count", new { count = (long)appended.Count }).ConfigureAwait(false);
        for (var i = 0; i < appended.Count; i++)
            session.Put(session.Dialect == Dialect.Postgres ? Numbered : Rows, appended[i] with { Position = before + i + 1 });
    }

    private static readonly RowColumn<Appended>[] Columns =
    [
        ("position", row => row.Position), ("workspace_id", row => row.Scope.WorkspaceId), ("mode", row => row.Scope.Mode.ToWord()),
        ("subject_ref", row => row.Change.SubjectRef), ("version", row => row.Change.Version), ("next_change_at", row => Instant.Millis(row.Change.NextChangeAt)),
        ("about", row => row.About), ("at", row => Instant.Millis(row.At)),
    ];

    private static readonly RowSet<Appended> Rows = RowSet<Appended>.Insert("change_feed", Columns);

    private static readonly RowSet<Appended> Numbered = RowSet<Appended>.Write(
        (value, source) =>
            $"""
            with v as materialized (select v.*{source}),
                head as (update change_feed_head set position = position + (select count(*) from v) where id = 1 returning position - (select count(*) from v) as before)
            insert into change_feed ({string.Join(", ", Columns.Select(column => column.Name))})
            select head.before + {string.Join(", ", Columns.Select(column => value(column.Name)))} from head, v
            """,
        Columns);

    private sealed record Appended(Scope Scope, SubjectChanged Change, string? About, DateTimeOffset At)
    {
        public long Position { get; init; }
    }

    /// <summary>The position of the latest change.</summary>
    public static Task<long> HeadAsync(Session session) => session.FindAsync<long>("select position from change_feed_head where id = 1");

    /// <summary>What comes after a position, oldest first.</summary>
    public static Task<IReadOnlyList<ChangeRow>> AfterAsync(Session session, long position, int most) =>
        session.ListAsync<ChangeRow>(
            $"""
            {Select}
            where f.position > @position
            order by f.position
            limit @most
            """,
            new { position, most });

    /// <summary>What comes after a position in one mode, as far as another one, oldest first.</summary>
    public static Task<IReadOnlyList<ChangeRow>> BetweenAsync(Session session, Scope scope, long position, long last, int most) =>
        session.ListAsync<ChangeRow>(
            $"""
            {Select}
            where f.workspace_id = @WorkspaceId and f.mode = @mode and f.about is null and f.position > @position and f.position <= @last
            order by f.position
            limit @most
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), position, last, most });

    /// <summary>How many those are, or that they are more than some.</summary>
    public static Task<long> CountAsync(Session session, Scope scope, long position, int some) =>
        session.FindAsync<long>(
            "select count(*) from (select 1 from change_feed where workspace_id = @WorkspaceId and mode = @mode and about is null and position > @position limit @most) as those",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), position, most = some + 1L });

    /// <summary>The oldest position that is kept; <see langword="null"/> where none is.</summary>
    public static Task<long?> OldestAsync(Session session) => session.FindAsync<long?>("select min(position) from change_feed");

    /// <summary>Forgets old changes, some at a time and the first ones first, whatever the servers' clocks say: what is kept has no gap. Says how many.</summary>
    public static Task<int> RemoveOlderAsync(Session session, long before, int most) =>
        session.ExecuteAsync(
            """
            delete from change_feed where position in (
                select position from change_feed where position < coalesce((select min(position) from change_feed where at >= @before), (select position + 1 from change_feed_head))
                order by position
                limit @most)
            """,
            new { before, most });
}

/// <summary>A row of <c>change_feed</c>.</summary>
internal sealed record ChangeRow
{
    public required long Position { get; init; }

    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public string? SubjectRef { get; init; }

    public long? Version { get; init; }

    public long? NextChangeAt { get; init; }

    /// <summary>What else is another: of no interest to who follows subjects. See <see cref="ChangeFeed.Keys"/>.</summary>
    public string? About { get; init; }

    public long? ClockOffset { get; init; }

    /// <summary>When it changes next by real time, which is the listener's: moving the clock is told by itself.</summary>
    public long? NextChangeInRealTime => NextChangeAt - (ClockOffset ?? 0);
}
