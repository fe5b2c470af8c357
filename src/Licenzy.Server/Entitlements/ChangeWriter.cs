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
    public Task<SubjectRights> WriteAsync(
        Session session, Scope scope, string subjectRef, SubjectRights held, IReadOnlyList<EntitlementChange> changes, Cause cause) =>
        WriteAsync(session, scope, subjectRef, held, [new ChangeStep(changes, cause)]);

    /// <summary>
    /// The same of several changes at one instant, each on what the one before left. Each is a version with its own rows in the ledger and its own news; the
    /// rights, their history and the feed get what they led to.
    /// </summary>
    public async Task<SubjectRights> WriteAsync(Session session, Scope scope, string subjectRef, SubjectRights held, IReadOnlyList<ChangeStep> steps)
    {
        var at = steps[0].Cause.At;
        _ = await Outbox.ListenerAsync(session, scope).ConfigureAwait(false);
        // First what time did to the rights as they were: once they are others, nobody can tell it any more.
        var after = await teller.TellAsync(session, scope, subjectRef, held, at).ConfigureAwait(false);
        var (revisions, versions) = (new Revisions(), new List<SubjectRights>(steps.Count));
        foreach (var (changes, cause) in steps)
        {
            versions.Add(after = after.After(changes));
            foreach (var change in changes)
                revisions.Add(new Revision(change, after.Version, cause));
        }

        var seenAt = after.SeenAt ?? at;
        EntitlementStore.SaveSubject(session, scope, subjectRef, after, after.NextDueAt(seenAt, leeway), at);
        foreach (var revision in revisions.All)
        {
            var row = revision.Change.After.ToRow(scope, subjectRef, at);
            // The last one of a right is how it stands.
            EntitlementStore.Save(session, row);
            RevisionStore.Add(session, row, revision.Version, revision.Change.Reason, revision.Cause);
        }

        foreach (var ((changes, cause), version) in steps.Zip(versions))
        {
            foreach (var change in changes)
                LedgerStore.Add(session, scope, subjectRef, version.Version, change, cause);
            var news = new SubjectNews(scope, subjectRef, version, cause, leeway);
            await outbox.AddAsync(session, scope, () => news.Of(changes), at).ConfigureAwait(false);
        }

        session.Outdates(new SubjectOutdated(scope, subjectRef, after));
        ChangeFeed.Append(session, scope, new SubjectChanged(subjectRef, after.Version, AccessRules.NextChangeAt(after.Rights, seenAt, leeway)), clock.GetUtcNow());
        return after;
    }
}

/// <summary>Changes with one cause: they make one version of their subject.</summary>
internal sealed record ChangeStep(IReadOnlyList<EntitlementChange> Changes, Cause Cause);
