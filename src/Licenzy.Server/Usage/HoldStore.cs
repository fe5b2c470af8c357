using Licenzy.Domain;
using Licenzy.Domain.Usage;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>All SQL about holds. Who changes one must hold its subject's lock first.</summary>
internal static class HoldStore
{
    private const string Subject = "workspace_id = @WorkspaceId and mode = @mode and subject_ref = @subjectRef";

    public static async Task AddAsync(Session session, Scope scope, string subjectRef, UsageHold hold, DateTimeOffset at)
    {
        await session.ExecuteAsync(
            """
            insert into usage_holds (workspace_id, mode, subject_ref, id, units, status, expires_at, created_at)
            values (@WorkspaceId, @mode, @subjectRef, @Id, @Units, @status, @expiresAt, @at)
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                subjectRef,
                hold.Id,
                hold.Units,
                status = hold.Status.ToWord(),
                expiresAt = Instant.Millis(hold.ExpiresAt),
                at = Instant.Millis(at),
            }).ConfigureAwait(false);
        foreach (var part in hold.Parts)
        {
            await session.ExecuteAsync(
                """
                insert into usage_hold_parts (workspace_id, mode, subject_ref, hold_id, entitlement_id, units, period_start)
                values (@WorkspaceId, @mode, @subjectRef, @Id, @EntitlementId, @Units, @periodStart)
                """,
                new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, hold.Id, part.EntitlementId, part.Units, periodStart = Instant.Millis(part.PeriodStart) })
                .ConfigureAwait(false);
        }
    }

    /// <summary>Whose units are held; <see langword="null"/> where there is no such hold in the mode.</summary>
    public static Task<string?> FindSubjectAsync(Session session, Scope scope, string id) =>
        session.FindAsync<string>(
            "select subject_ref from usage_holds where workspace_id = @WorkspaceId and mode = @mode and id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), id });

    public static async Task<UsageHold> OfAsync(Session session, Scope scope, string subjectRef, string id) =>
        (await ListAsync(session, $"{Subject} and id = @id", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, id }).ConfigureAwait(false)).Single();

    /// <summary>Open holds whose time is over, in the order in which it was.</summary>
    public static Task<IReadOnlyList<UsageHold>> EndedAsync(Session session, Scope scope, string subjectRef, DateTimeOffset now, int most) =>
        ListAsync(
            session, $"{Subject} and status = 'open' and expires_at <= @now order by expires_at, id limit @most",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, now = Instant.Millis(now), most });

    /// <summary>When the first of the subject's open holds ends.</summary>
    public static async Task<DateTimeOffset?> NextEndAsync(Session session, Scope scope, string subjectRef) => Instant.Of(await session.FindAsync<long?>(
        $"select min(expires_at) from usage_holds where {Subject} and status = 'open'", new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef })
        .ConfigureAwait(false));

    public static Task CloseAsync(Session session, Scope scope, string subjectRef, string id, HoldStatus status, string? consumptionId, DateTimeOffset at) =>
        session.ExecuteAsync(
            $"update usage_holds set status = @status, consumption_id = @consumptionId, closed_at = @at where {Subject} and id = @id and status = 'open'",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), subjectRef, id, status = status.ToWord(), consumptionId, at = Instant.Millis(at) });

    /// <summary>Ends what was held in the time that is undone: it would last until that time comes again.</summary>
    public static Task RewindAsync(Session session, Scope scope, DateTimeOffset now) =>
        session.ExecuteAsync(
            "update usage_holds set expires_at = @now where workspace_id = @WorkspaceId and mode = @mode and status = 'open' and created_at > @now",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), now = Instant.Millis(now) });

    private static async Task<IReadOnlyList<UsageHold>> ListAsync(Session session, string which, object arguments)
    {
        var rows = await session.ListAsync<HoldRow>(
            $"""
            select h.id, h.units, h.status, h.expires_at, p.entitlement_id, p.units as part_units, p.period_start
            from (select * from usage_holds where {which}) h
            join usage_hold_parts p on p.workspace_id = h.workspace_id and p.mode = h.mode and p.subject_ref = h.subject_ref and p.hold_id = h.id
            order by h.expires_at, h.id, p.entitlement_id
            """,
            arguments).ConfigureAwait(false);
        return
        [
            .. rows.GroupBy(row => row.Id).Select(parts => new UsageHold(
                parts.Key, parts.First().Units, Words.Parse<HoldStatus>(parts.First().Status), Instant.Of(parts.First().ExpiresAt),
                [.. parts.Select(part => new HeldUnits(part.EntitlementId, part.PartUnits, Instant.Of(part.PeriodStart)))])),
        ];
    }

    private sealed record HoldRow(string Id, long Units, string Status, long ExpiresAt, string EntitlementId, long PartUnits, long? PeriodStart);
}
