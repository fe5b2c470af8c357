using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Time;

/// <summary>A subject of which time has something to tell.</summary>
internal sealed record DueRow(string WorkspaceId, string Mode, string SubjectRef)
{
    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}

/// <summary>All SQL about what is due.</summary>
internal static class DueStore
{
    private const string Subject = "workspace_id = @WorkspaceId and mode = @Mode and subject_ref = @SubjectRef";

    /// <summary>
    /// What is due, longest ago first. A moved clock is ahead, never behind, so what is due by real time is due in any case; what else is due under a
    /// moved one is looked for in its workspace alone.
    /// </summary>
    public static Task<IReadOnlyList<DueRow>> ListAsync(Session session, DateTimeOffset now, int most) =>
        session.ListAsync<DueRow>(
            """
            select workspace_id, mode, subject_ref from (
                select workspace_id, mode, subject_ref, next_due_at from (
                    select workspace_id, mode, subject_ref, next_due_at from subjects where next_due_at <= @now order by next_due_at limit @most) by_the_clock
                union all
                select workspace_id, mode, subject_ref, next_due_at from (
                    select s.workspace_id, s.mode, s.subject_ref, s.next_due_at
                    from test_clocks c
                    join subjects s on s.workspace_id = c.workspace_id and s.mode = 'test' and s.next_due_at > @now and s.next_due_at <= @now + c.offset_ms
                    order by s.next_due_at limit @most) by_moved_clocks) due
            order by next_due_at
            limit @most
            """,
            new { now = Instant.Millis(now), most });

    /// <summary>Notes how far time was told of a subject and when it is due again, where there was nothing to tell: its version stands.</summary>
    public static Task SaveAsync(Session session, DueRow due, DateTimeOffset seenAt, DateTimeOffset? nextDueAt, DateTimeOffset? holdDueAt) =>
        session.ExecuteAsync(
            $"update subjects set time_seen_at = @seenAt, next_due_at = @nextDueAt, hold_due_at = @holdDueAt where {Subject}",
            new { due.WorkspaceId, due.Mode, due.SubjectRef, seenAt = Instant.Millis(seenAt), nextDueAt = Instant.Millis(nextDueAt), holdDueAt = Instant.Millis(holdDueAt) });

    /// <summary>Puts a subject off, so that others have their turn. Nothing is lost: how far time was told of it stands.</summary>
    public static Task PostponeAsync(Session session, DueRow due, DateTimeOffset until) =>
        session.ExecuteAsync(
            $"update subjects set next_due_at = @until where {Subject} and next_due_at < @until",
            new { due.WorkspaceId, due.Mode, due.SubjectRef, until = Instant.Millis(until) });
}
