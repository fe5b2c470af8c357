using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>A subject whose units are to be moved: under its lock, at the instant of the rules, with what its holds gave back by then.</summary>
internal sealed record UsageSubject(string SubjectRef, SubjectRights Held, DateTimeOffset Now);

/// <summary>Where everything that moves units begins.</summary>
internal sealed class UsageSubjects(EndedHolds ended, RuleClock clock)
{
    public async Task<Dictionary<(Scope, string), UsageSubject>> LockAsync(Session session, IReadOnlyCollection<(Scope Scope, string SubjectRef)> subjects)
    {
        var instants = new Dictionary<Scope, DateTimeOffset>();
        foreach (var scope in subjects.Select(subject => subject.Scope).Distinct().OrderBy(scope => scope.WorkspaceId, StringComparer.Ordinal).ThenBy(scope => scope.Mode))
            instants[scope] = await clock.NowAsync(session, scope).ConfigureAwait(false);
        var locked = new Dictionary<(Scope, string), UsageSubject>();
        foreach (var ((scope, subjectRef), held) in await EntitlementStore.LockAsync(session, subjects).ConfigureAwait(false))
            locked[(scope, subjectRef)] = new UsageSubject(subjectRef, await ended.ReturnAsync(session, scope, subjectRef, held, instants[scope]).ConfigureAwait(false), instants[scope]);
        return locked;
    }
}
