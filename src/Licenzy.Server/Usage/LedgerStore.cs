using Licenzy.Domain.Entitlements;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>The ledger: one row for every movement of units, with the balance after it.</summary>
internal static class LedgerStore
{
    public static Task AddAsync(Session session, EntitlementRow row, long version, EntitlementChange change, Cause cause)
    {
        var units = (change.After.UnitsRemaining ?? 0) - (change.Before?.UnitsRemaining ?? 0);
        if (units == 0)
        {
            return Task.CompletedTask;
        }

        return session.ExecuteAsync(
            """
            insert into usage_ledger (workspace_id, mode, subject_ref, version, entitlement_id, kind, units, balance_after, cause_id, actor, request_id, at)
            values (@WorkspaceId, @Mode, @SubjectRef, @version, @Id, @kind, @units, @balance, @causeId, @Actor, @RequestId, @at)
            """,
            new
            {
                row.WorkspaceId,
                row.Mode,
                row.SubjectRef,
                version,
                row.Id,
                kind = change.Reason switch
                {
                    ChangeReason.UsageConsumed => "consume",
                    ChangeReason.UsageAdjusted => "adjust",
                    _ => units > 0 ? "grant" : "adjust",
                },
                units,
                balance = change.After.UnitsRemaining ?? 0,
                causeId = cause.Id,
                cause.Actor,
                cause.RequestId,
                at = Instant.Millis(cause.At),
            });
    }
}
