using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Changes;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;
using Licenzy.Server.Usage;

namespace Licenzy.Server.Time;

/// <summary>What time did to one subject, in one transaction: its version, what is told of it, the feed and when it is due next are there together or not at all.</summary>
internal sealed class SubjectTime(Db db, TimeTeller teller, EndedHolds holds, RuleClock rules, Leeway leeway, TimeProvider clock)
{
    // What is left of them is due at once, in a transaction of its own.
    private const int MostHolds = 200;

    // Nobody who waits here pays for it: reads are decided at their own instant.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>Whether there was something to do; not where another server has the subject.</summary>
    public Task<bool> TellAsync(DueRow due, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async session =>
            {
                var now = await rules.NowAsync(session, due.Scope).ConfigureAwait(false);
                if (await EntitlementStore.LockDueAsync(session, due.Scope, due.SubjectRef, now).ConfigureAwait(false) is not { } held)
                {
                    return false;
                }

                (held, _) = await holds.ReturnAsync(session, due.Scope, due.SubjectRef, held, now, MostHolds).ConfigureAwait(false);
                var told = await teller.TellAsync(session, due.Scope, due.SubjectRef, held, now).ConfigureAwait(false);
                var seenAt = told.SeenAt ?? now;
                var nextDueAt = told.NextDueAt(seenAt, leeway);
                if (told.Version == held.Version)
                {
                    // It was put off, the clock of test mode was turned back, or a hold was all that ended.
                    await DueStore.SaveAsync(session, due, seenAt, nextDueAt, told.HoldDueAt).ConfigureAwait(false);
                    return true;
                }

                EntitlementStore.SaveSubject(session, due.Scope, due.SubjectRef, told, nextDueAt, now);
                var changed = new SubjectChanged(due.SubjectRef, told.Version, AccessRules.NextChangeAt(told.Rights, seenAt, leeway));
                session.Outdates(new SubjectOutdated(due.Scope, due.SubjectRef, told));
                ChangeFeed.Append(session, due.Scope, changed, clock.GetUtcNow());
                return true;
            },
            cancellationToken);

    /// <summary>After a failure: others first, and this one again in a while.</summary>
    public Task PostponeAsync(DueRow due, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async session =>
            {
                var now = await rules.NowAsync(session, due.Scope).ConfigureAwait(false);
                await DueStore.PostponeAsync(session, due, now + Rest).ConfigureAwait(false);
            },
            cancellationToken);
}
