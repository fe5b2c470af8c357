using Licenzy.Server.Storage;

namespace Licenzy.Server.Time;

/// <summary>All SQL that moves a workspace's test clock; <see cref="Entitlements.RuleClock"/> reads it.</summary>
internal static class TestClockStore
{
    /// <summary>How far it is ahead, in milliseconds; 0 where it was never moved.</summary>
    public static Task<long> FindAsync(Session session, string workspaceId) =>
        session.FindAsync<long>("select offset_ms from test_clocks where workspace_id = @workspaceId", new { workspaceId });

    /// <summary>The same, kept from all who read it to write by it, until the end of the transaction.</summary>
    public static Task<long> LockAsync(Session session, string workspaceId) =>
        session.FindAsync<long>($"select offset_ms from test_clocks where workspace_id = @workspaceId{session.Dialect.ForUpdate}", new { workspaceId });

    /// <summary>Makes the clock, unless there is one, so that it can be locked.</summary>
    public static Task KnowAsync(Session session, string workspaceId, DateTimeOffset at) =>
        session.ExecuteAsync(
            "insert into test_clocks (workspace_id, offset_ms, updated_at) values (@workspaceId, 0, @at) on conflict (workspace_id) do nothing",
            new { workspaceId, at = Instant.Millis(at) });

    public static Task SaveAsync(Session session, string workspaceId, long offset, DateTimeOffset at) =>
        session.ExecuteAsync(
            "update test_clocks set offset_ms = @offset, updated_at = @at where workspace_id = @workspaceId",
            new { workspaceId, offset, at = Instant.Millis(at) });

    /// <summary>
    /// Forgets what was told of the time that is undone: it will come again, and is told again then. Who had seen it is due at once, to find out when
    /// that is.
    /// </summary>
    public static Task RewindAsync(Session session, string workspaceId, DateTimeOffset now) =>
        session.ExecuteAsync(
            """
            update subjects set time_seen_at = @now, next_due_at = @now, hold_due_at = case when hold_due_at is null then null else @now end
            where workspace_id = @workspaceId and mode = 'test' and time_seen_at > @now
            """,
            new { workspaceId, now = Instant.Millis(now) });
}
