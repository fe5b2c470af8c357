using System.Globalization;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Usage;

namespace Licenzy.Server.Usage;

/// <summary>Who wants units to be moved, and in which request.</summary>
internal sealed record UsageOrder(Scope Scope, string Actor, string RequestId)
{
    public Cause Cause(string id, DateTimeOffset at) => new(ChangeSource.Runtime, id, at, Actor, RequestId);
}

/// <summary>Opens and closes holds, each in the caller's transaction under the subject's lock.</summary>
internal sealed class HoldDesk(UsageSubjects subjects, ChangeWriter writer, Ids ids, Leeway leeway)
{
    public async Task<IRepeatableAnswer> HoldAsync(Session session, UsageOrder order, HoldUsageRequest request)
    {
        var subject = await subjects.LockAsync(session, order.Scope, request.SubjectRef).ConfigureAwait(false);
        var outcome = HoldRules.Hold(subject.Held.Rights, request.Units, subject.Now, leeway);
        if (!outcome.IsTaken)
        {
            return ConsumeDesk.Insufficient(request.Units, outcome.Remaining);
        }

        // In whole milliseconds, as it is kept and told.
        var end = Instant.Of(Instant.Millis(subject.Now.AddSeconds(request.ExpiresInSeconds ?? HoldRules.DefaultSeconds)));
        var hold = new UsageHold(ids.New("hld"), request.Units, HoldStatus.Open, end, HoldRules.Parts(outcome));
        await HoldStore.AddAsync(session, order.Scope, request.SubjectRef, hold, subject.Now).ConfigureAwait(false);
        await WriteAsync(session, order, subject, [.. outcome.Taken.Select(taken => taken.Change)], hold.Id).ConfigureAwait(false);
        return new JsonAnswer<HoldUsageResponse>(new HoldUsageResponse { HoldId = hold.Id, Units = hold.Units, UsageRemaining = outcome.Remaining, ExpiresAt = end });
    }

    public async Task<IRepeatableAnswer> CommitAsync(Session session, UsageOrder order, string holdId, long? units)
    {
        if (await FindAsync(session, order.Scope, holdId).ConfigureAwait(false) is not var (subject, hold))
        {
            return Refusal.NotFound;
        }

        var outcome = HoldRules.Commit(hold, subject.Held.Rights, units, subject.Now);
        if (outcome.Refusal is { } refusal)
        {
            return Refused(refusal, hold, units);
        }

        var consumptionId = ids.New("use");
        await HoldStore.CloseAsync(session, order.Scope, subject.SubjectRef, holdId, HoldStatus.Committed, consumptionId, subject.Now).ConfigureAwait(false);
        return new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse
        {
            Ok = true,
            Consumed = units ?? hold.Units,
            UsageRemaining = await WriteAsync(session, order, subject, outcome.Changes, consumptionId).ConfigureAwait(false),
            ConsumptionId = consumptionId,
        });
    }

    public async Task<IRepeatableAnswer> ReleaseAsync(Session session, UsageOrder order, string holdId)
    {
        if (await FindAsync(session, order.Scope, holdId).ConfigureAwait(false) is not var (subject, hold))
        {
            return Refusal.NotFound;
        }

        var outcome = HoldRules.Release(hold, subject.Held.Rights, subject.Now);
        if (outcome.Refusal is { } refusal)
        {
            return Refused(refusal, hold, units: null);
        }

        await HoldStore.CloseAsync(session, order.Scope, subject.SubjectRef, holdId, HoldStatus.Released, consumptionId: null, subject.Now).ConfigureAwait(false);
        return new JsonAnswer<ReleaseHoldResponse>(new ReleaseHoldResponse
        {
            Ok = true,
            Released = hold.Units,
            UsageRemaining = await WriteAsync(session, order, subject, outcome.Changes, holdId).ConfigureAwait(false),
            HoldId = holdId,
        });
    }

    private async Task<(UsageSubject Subject, UsageHold Hold)?> FindAsync(Session session, Scope scope, string holdId)
    {
        if (await HoldStore.FindSubjectAsync(session, scope, holdId).ConfigureAwait(false) is not { } subjectRef)
        {
            return null;
        }

        // Only under the lock is it known whether somebody else was first.
        var subject = await subjects.LockAsync(session, scope, subjectRef).ConfigureAwait(false);
        return (subject, await HoldStore.OfAsync(session, scope, subjectRef, holdId).ConfigureAwait(false));
    }

    private async Task<long> WriteAsync(Session session, UsageOrder order, UsageSubject subject, IReadOnlyList<EntitlementChange> changes, string causeId)
    {
        var held = await EndedHolds.NextAsync(session, order.Scope, subject.SubjectRef, subject.Held).ConfigureAwait(false);
        var after = await writer.WriteAsync(session, order.Scope, subject.SubjectRef, held, changes, order.Cause(causeId, subject.Now)).ConfigureAwait(false);
        return UsageRules.Remaining(after.Rights, subject.Now, leeway);
    }

    private static Refusal Refused(HoldRefusal refusal, UsageHold hold, long? units) => refusal switch
    {
        HoldRefusal.Exceeded => Refusal.Conflict(ErrorCodes.HoldExceeded, string.Create(
            CultureInfo.InvariantCulture, $"Units to be committed: {units}; held: {hold.Units}. Nothing was taken, and the hold is as it was.")),
        HoldRefusal.Expired => Refusal.Conflict(ErrorCodes.HoldExpired, "The hold's time is over, and its units have come back. Hold or consume anew."),
        _ => Refusal.Conflict(ErrorCodes.HoldClosed, hold.Status == HoldStatus.Committed ? "The hold was committed before." : "The hold was released before."),
    };
}
