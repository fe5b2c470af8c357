using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>The ledger: one row for every movement of a right's units, with the balance after it. Rows are added and never changed.</summary>
internal static class LedgerStore
{
    // As the index has it, so that a hot balance's rows need not be gone through.
    private const string OfConsumption =
        "workspace_id = @WorkspaceId and mode = @mode and cause_id = @consumptionId and kind in ('consume', 'commit', 'reverse')";

    /// <summary>Adds what a change did to the units of a right.</summary>
    public static void Add(Session session, Scope scope, string subjectRef, long version, EntitlementChange change, Cause cause)
    {
        var balance = change.Before?.UnitsRemaining ?? 0;
        foreach (var movement in change.Movements())
        {
            balance += movement.Balance;
            session.Put(Rows, new LedgerRow(scope, subjectRef, version, change.After.Id, movement, balance, cause));
        }
    }

    /// <summary>Adds that the time of a right is over, if it has units left.</summary>
    public static void Lapse(Session session, Scope scope, string subjectRef, long version, Entitlement right, Cause cause)
    {
        if (UnitMovements.Lapsed(right) is { } lapsed)
            session.Put(Rows, new LedgerRow(scope, subjectRef, version, right.Id, lapsed, right.UnitsRemaining ?? 0, cause));
    }

    /// <summary>Whose units a consumption took; <see langword="null"/> where there is none such in the mode.</summary>
    public static Task<string?> FindConsumerAsync(Session session, Scope scope, string consumptionId) =>
        session.FindAsync<string>(
            $"select subject_ref from usage_ledger where {OfConsumption} limit 1",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), consumptionId });

    /// <summary>What a consumption took, under its subject's lock.</summary>
    public static async Task<Consumption> ConsumptionAsync(Session session, Scope scope, string consumptionId)
    {
        // Rows of before the period was kept are taken to be of the period they were made in.
        var rows = await session.ListAsync<ConsumedRow>(
            $"select entitlement_id, kind, amount, coalesce(period_start, at) as period_start from usage_ledger where {OfConsumption}",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), consumptionId }).ConfigureAwait(false);
        var parts = rows.ToLookup(row => Words.Parse<LedgerKind>(row.Kind) == LedgerKind.Reverse);
        return new Consumption([.. parts[false].Select(row => new HeldUnits(row.EntitlementId, row.Amount, Instant.Of(row.PeriodStart)))], parts[true].Any());
    }

    private static readonly RowSet<LedgerRow> Rows = RowSet<LedgerRow>.Insert(
        "usage_ledger",
        ("workspace_id", row => row.Scope.WorkspaceId), ("mode", row => row.Scope.Mode.ToWord()), ("subject_ref", row => row.SubjectRef), ("version", row => row.Version),
        ("entitlement_id", row => row.EntitlementId), ("kind", row => row.Movement.Kind.ToWord()), ("amount", row => row.Movement.Amount),
        ("units", row => row.Movement.Balance), ("held", row => row.Movement.Held), ("balance_after", row => row.BalanceAfter),
        ("period_start", row => Instant.Millis(row.Movement.PeriodStart)), ("cause_id", row => row.Cause.Id), ("actor", row => row.Cause.Actor),
        ("request_id", row => row.Cause.RequestId), ("at", row => Instant.Millis(row.Cause.At)));

    private sealed record LedgerRow(Scope Scope, string SubjectRef, long Version, string EntitlementId, UnitMovement Movement, long BalanceAfter, Cause Cause);

    private sealed record ConsumedRow(string EntitlementId, string Kind, long Amount, long PeriodStart);
}
