using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>A subject whose units are to be moved: under its lock, at the instant of the rules, with what its holds gave back by then.</summary>
internal sealed record UsageSubject(string SubjectRef, SubjectRights Held, DateTimeOffset Now);

/// <summary>Where everything that moves units begins.</summary>
internal sealed class UsageSubjects(EndedHolds ended, RuleClock clock)
{
    public async Task<UsageSubject> LockAsync(Session session, Scope scope, string subjectRef)
    {
        var now = await clock.NowAsync(session, scope).ConfigureAwait(false);
        var held = await EntitlementStore.LockAsync(session, scope, subjectRef, at: null).ConfigureAwait(false);
        return new UsageSubject(subjectRef, await ended.ReturnAsync(session, scope, subjectRef, held, now).ConfigureAwait(false), now);
    }
}
