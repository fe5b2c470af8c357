using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Usage;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// The one place that writes rights. In the caller's transaction, which holds the subject's lock and has recorded the cause, it saves the rights
/// with the subject's raised version, their revisions and the ledger.
/// </summary>
internal static class ChangeWriter
{
    public static async Task<SubjectChange> WriteAsync(
        Session session, Scope scope, string subjectRef, SubjectRights held, IReadOnlyList<EntitlementChange> changes, Cause cause, Leeway leeway)
    {
        var version = held.Version + 1;
        var rights = held.Rights.Where(right => changes.All(change => change.Before?.Id != right.Id)).Concat(changes.Select(change => change.After));
        var nextDueAt = AccessRules.NextDueAt([.. rights], cause.At, leeway);

        await EntitlementStore.SaveSubjectAsync(session, scope, subjectRef, version, nextDueAt, cause.At).ConfigureAwait(false);
        foreach (var change in changes)
        {
            var row = change.After.ToRow(scope, subjectRef, cause.At);
            await EntitlementStore.SaveAsync(session, row).ConfigureAwait(false);
            await RevisionStore.AddAsync(session, row, version, change.Reason, cause).ConfigureAwait(false);
            await LedgerStore.AddAsync(session, row, version, change, cause).ConfigureAwait(false);
        }

        // Announcements belong here, in the same transaction: the outbox's rows first, the change feed's head row last, held to the commit.
        return new SubjectChange(scope, subjectRef, version, cause, changes);
    }
}
