using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>A subject whose units are to be moved: under its lock, at the instant of the rules, with what its holds gave back by then.</summary>
internal sealed record UsageSubject(Scope Scope, string SubjectRef, SubjectRights Held, DateTimeOffset Now);

/// <summary>Where everything that moves units begins.</summary>
internal sealed class UsageSubjects(EndedHolds ended, RuleClock clock)
{
    // Of all subjects of a transaction, so that one tenant's do not hold up the others'.
    private const int MostEnded = 200;
    private const string Patience = "set local lock_timeout = 1000";

    /// <param name="session">The transaction.</param>
    /// <param name="subjects">Whom to lock, always in one order.</param>
    /// <param name="waits">Whether to wait, a second for each lock, for those that somebody else has locked; they are left out otherwise.</param>
    /// <returns>The subjects, but for those with more to give back than one transaction does.</returns>
    public async Task<Dictionary<(Scope, string), UsageSubject>> LockAsync(Session session, IReadOnlyCollection<(Scope Scope, string SubjectRef)> subjects, bool waits)
    {
        if (waits && session.Dialect == Dialect.Postgres)
            await session.ExecuteAsync(Patience).ConfigureAwait(false);
        var offsets = new Dictionary<Scope, long>();
        foreach (var scope in subjects.Select(subject => subject.Scope).Distinct().OrderBy(scope => scope.WorkspaceId, StringComparer.Ordinal).ThenBy(scope => scope.Mode))
        {
            if (await RuleClock.OffsetAsync(session, scope, waits).ConfigureAwait(false) is { } offset)
                offsets[scope] = offset;
        }

        var rights = await EntitlementStore.LockAsync(session, [.. subjects.Where(subject => offsets.ContainsKey(subject.Scope))], waits).ConfigureAwait(false);
        // Only now: who had them before may have told of later instants than that at which the waiting began.
        var (now, left) = (clock.Real, MostEnded);
        var locked = new Dictionary<(Scope, string), UsageSubject>();
        foreach (var ((scope, subjectRef), held) in rights)
        {
            var at = now.AddMilliseconds(offsets[scope]);
            var (after, returned) = await ended.ReturnAsync(session, scope, subjectRef, held, at, left).ConfigureAwait(false);
            left -= returned;
            // Before all is given back, nobody may hear that there is too little.
            if (after.HoldDueAt <= at)
                continue;
            locked[(scope, subjectRef)] = new UsageSubject(scope, subjectRef, after, at);
        }

        return locked;
    }
}
