using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Changes;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Usage;

namespace Licenzy.Server.Entitlements;

/// <summary>
/// The one place that writes rights. In the caller's transaction, which holds the subject's lock and has recorded the cause, it saves the rights
/// with the subject's raised version, their revisions and the ledger, and announces them: to the workspace's endpoint, and in the feed of changes.
/// </summary>
internal sealed class ChangeWriter(Outbox outbox, TimeTeller teller, Leeway leeway, TimeProvider clock)
{
    /// <summary>The subject's rights as they stand now.</summary>
    public async Task<SubjectRights> WriteAsync(
        Session session, Scope scope, string subjectRef, SubjectRights held, IReadOnlyList<EntitlementChange> changes, Cause cause)
    {
        // First what time did to the rights as they were: once they are others, nobody can tell it any more.
        var told = await teller.TellAsync(session, scope, subjectRef, held, cause.At).ConfigureAwait(false);
        var after = told with
        {
            Version = told.Version + 1,
            Rights = [.. held.Rights.Where(right => changes.All(change => change.Before?.Id != right.Id)), .. changes.Select(change => change.After)],
        };
        var seenAt = after.SeenAt ?? cause.At;

        EntitlementStore.SaveSubject(session, scope, subjectRef, after, after.NextDueAt(seenAt, leeway), cause.At);
        foreach (var change in changes)
        {
            var row = change.After.ToRow(scope, subjectRef, cause.At);
            EntitlementStore.Save(session, row);
            RevisionStore.Add(session, row, after.Version, change.Reason, cause);
            LedgerStore.Add(session, scope, subjectRef, after.Version, change, cause);
        }

        var news = new SubjectNews(scope, subjectRef, after, cause, leeway);
        await outbox.AddAsync(session, scope, () => news.Of(changes), cause.At).ConfigureAwait(false);
        session.Outdates(new SubjectOutdated(scope, subjectRef, after));
        ChangeFeed.Append(session, scope, new SubjectChanged(subjectRef, after.Version, AccessRules.NextChangeAt(after.Rights, seenAt, leeway)), clock.GetUtcNow());
        return after;
    }
}
