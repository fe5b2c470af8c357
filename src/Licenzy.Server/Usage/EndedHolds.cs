using Licenzy.Domain;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Usage;

/// <summary>Gives back what holds still have when their time is over. Whoever takes units asks first, so that nobody waits for the clock's worker.</summary>
internal sealed class EndedHolds(ChangeWriter writer)
{
    private const string Actor = "clock";

    /// <summary>
    /// The subject as it stands then, and how many holds gave back what they had: <paramref name="most"/> at most, and what is left of them is due at once. Each is a
    /// version of its own, of the instant at which it ended.
    /// </summary>
    public async Task<(SubjectRights Held, int Returned)> ReturnAsync(Session session, Scope scope, string subjectRef, SubjectRights held, DateTimeOffset now, int most)
    {
        if (most <= 0 || held.HoldDueAt is not { } due || due > now)
        {
            return (held, 0);
        }

        var holds = await HoldStore.EndedAsync(session, scope, subjectRef, now, most).ConfigureAwait(false);
        foreach (var hold in holds)
        {
            await HoldStore.CloseAsync(session, scope, subjectRef, hold.Id, HoldStatus.Expired, consumptionId: null, hold.ExpiresAt).ConfigureAwait(false);
        }

        // Before anything is put, so that all of it is written together.
        held = await NextAsync(session, scope, subjectRef, held).ConfigureAwait(false);
        foreach (var hold in holds)
        {
            var cause = new Cause(ChangeSource.Clock, hold.Id, hold.ExpiresAt, Actor, Actor);
            held = await writer.WriteAsync(session, scope, subjectRef, held, HoldRules.Expire(hold, held.Rights), cause).ConfigureAwait(false);
        }

        return (held, holds.Count);
    }

    /// <summary>The subject with the end of its next hold, once one was opened or closed.</summary>
    public static async Task<SubjectRights> NextAsync(Session session, Scope scope, string subjectRef, SubjectRights held) =>
        held with { HoldDueAt = await HoldStore.NextEndAsync(session, scope, subjectRef).ConfigureAwait(false) };
}
