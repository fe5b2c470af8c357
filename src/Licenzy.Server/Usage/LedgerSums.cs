using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>What is recorded of a right's units, beside what the ledger and the open holds add up to.</summary>
internal sealed record LedgerSums
{
    private const string OfPage = "workspace_id = @WorkspaceId and mode = @mode and subject_ref in (select subject_ref from page)";

    public required string SubjectRef { get; init; }

    public required string EntitlementId { get; init; }

    public required long Balance { get; init; }

    public required long Held { get; init; }

    public required long LedgerBalance { get; init; }

    public required long LedgerHeld { get; init; }

    public required long LastBalance { get; init; }

    public required long HoldUnits { get; init; }

    /// <summary>
    /// The next subjects, and the sums of their rights; also of a right that only the ledger knows. One statement is one view: whoever moves units
    /// meanwhile makes no difference. Of two rows of one change the later is what came back, or what the new period brought.
    /// </summary>
    public static async Task<(IReadOnlyList<string> Subjects, IReadOnlyList<LedgerSums> Rights)> ReadAsync(Session session, Scope scope, string after, int most)
    {
        var rows = await session.ListAsync<SubjectRow, LedgerSums?, (string Subject, LedgerSums? Sums)>(
            $"""
            with page as (
                select subject_ref from subjects
                where workspace_id = @WorkspaceId and mode = @mode and subject_ref > @after
                order by subject_ref limit @most),
            recorded as (
                select subject_ref, id as entitlement_id, coalesce(units_remaining, 0) as balance, coalesce(units_held, 0) as held,
                    0 as ledger_balance, 0 as ledger_held, 0 as last_balance, 0 as hold_units
                from entitlements where {OfPage}),
            ledger as (
                select subject_ref, entitlement_id, sum(units) as units, sum(held) as held, max(version) as version
                from usage_ledger where {OfPage} group by subject_ref, entitlement_id),
            moved as (
                select l.subject_ref, l.entitlement_id, 0 as balance, 0 as held, l.units as ledger_balance, l.held as ledger_held,
                    (select r.balance_after from usage_ledger r
                     where r.workspace_id = @WorkspaceId and r.mode = @mode and r.subject_ref = l.subject_ref and r.version = l.version and r.entitlement_id = l.entitlement_id
                     order by case when r.kind in ('grant', 'release') then 1 else 0 end desc
                     limit 1) as last_balance, 0 as hold_units
                from ledger l),
            opened as (
                select p.subject_ref, p.entitlement_id, 0 as balance, 0 as held, 0 as ledger_balance, 0 as ledger_held, 0 as last_balance, sum(p.units) as hold_units
                from usage_hold_parts p
                join (select subject_ref, id from usage_holds where status = 'open' and {OfPage}) h on h.subject_ref = p.subject_ref and h.id = p.hold_id
                where p.workspace_id = @WorkspaceId and p.mode = @mode
                group by p.subject_ref, p.entitlement_id),
            sums as (
                select subject_ref, entitlement_id, cast(sum(balance) as bigint) as balance, cast(sum(held) as bigint) as held,
                    cast(sum(ledger_balance) as bigint) as ledger_balance, cast(sum(ledger_held) as bigint) as ledger_held,
                    cast(sum(last_balance) as bigint) as last_balance, cast(sum(hold_units) as bigint) as hold_units
                from (select * from recorded union all select * from moved union all select * from opened) everything
                group by subject_ref, entitlement_id)
            select page.subject_ref as subject, s.subject_ref, s.entitlement_id, s.balance, s.held, s.ledger_balance, s.ledger_held, s.last_balance, s.hold_units
            from page left join sums s on s.subject_ref = page.subject_ref
            order by page.subject_ref, s.entitlement_id
            """,
            (subject, sums) => (subject.Subject, sums),
            splitOn: "subject_ref",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), after, most }).ConfigureAwait(false);
        return ([.. rows.Select(row => row.Subject).Distinct(StringComparer.Ordinal)], [.. rows.Select(row => row.Sums).OfType<LedgerSums>()]);
    }

    public IEnumerable<LedgerDifference> Differences(Scope scope)
    {
        (string Kind, long Recorded, long Computed)[] compared =
            [("balance", Balance, LedgerBalance), ("balance_after", Balance, LastBalance), ("held", Held, LedgerHeld), ("holds", Held, HoldUnits)];
        return compared.Where(pair => pair.Recorded != pair.Computed).Select(pair => new LedgerDifference
        {
            SubjectRef = SubjectRef,
            Mode = scope.Mode.ToWord(),
            EntitlementId = EntitlementId,
            Kind = pair.Kind,
            Recorded = pair.Recorded,
            Computed = pair.Computed,
        });
    }

    private sealed record SubjectRow(string Subject);
}
