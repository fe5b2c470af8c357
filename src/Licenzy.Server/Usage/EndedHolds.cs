using Licenzy.Domain;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>Gives back what holds still have when their time is over. Whoever takes units asks first, so that nobody waits for the clock's worker.</summary>
internal sealed class EndedHolds(ChangeWriter writer)
{
    private const string Actor = "clock";

    // What is left of them is due at once, in a transaction of its own.
    private const int AtOnce = 200;

    /// <summary>The subject as it stands then. Each hold is a version of its own, of the instant at which it ended.</summary>
    public async Task<SubjectRights> ReturnAsync(Session session, Scope scope, string subjectRef, SubjectRights held, DateTimeOffset now)
    {
        if (held.HoldDueAt is not { } due || due > now)
        {
            return held;
        }

        foreach (var hold in await HoldStore.EndedAsync(session, scope, subjectRef, now, AtOnce).ConfigureAwait(false))
        {
            await HoldStore.CloseAsync(session, scope, subjectRef, hold.Id, HoldStatus.Expired, consumptionId: null, hold.ExpiresAt).ConfigureAwait(false);
            held = await NextAsync(session, scope, subjectRef, held).ConfigureAwait(false);
            var cause = new Cause(ChangeSource.Clock, hold.Id, hold.ExpiresAt, Actor, Actor);
            held = await writer.WriteAsync(session, scope, subjectRef, held, HoldRules.Expire(hold, held.Rights), cause).ConfigureAwait(false);
        }

        return await NextAsync(session, scope, subjectRef, held).ConfigureAwait(false);
    }

    /// <summary>The subject with the end of its next hold, once one was opened or closed.</summary>
    public static async Task<SubjectRights> NextAsync(Session session, Scope scope, string subjectRef, SubjectRights held) =>
        held with { HoldDueAt = await HoldStore.NextEndAsync(session, scope, subjectRef).ConfigureAwait(false) };
}
