using System.Globalization;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Usage;

namespace Licenzy.Server.Usage;

/// <summary>Opens and closes holds, each under its subject's lock.</summary>
internal sealed class HoldDesk(Ids ids, Leeway leeway)
{
    public UsageMove Hold(UsageOrder order, HoldUsageRequest request) =>
        new(order, _ => Task.FromResult<string?>(request.SubjectRef), (session, subject) => HoldAsync(session, order, request, subject));

    public UsageMove Commit(UsageOrder order, string holdId, long? units) =>
        new(order, session => HoldStore.FindSubjectAsync(session, order.Scope, holdId), (session, subject) => CommitAsync(session, order, holdId, units, subject));

    public UsageMove Release(UsageOrder order, string holdId) =>
        new(order, session => HoldStore.FindSubjectAsync(session, order.Scope, holdId), (session, subject) => ReleaseAsync(session, order, holdId, subject));

    private async Task<UsageMoved> HoldAsync(Session session, UsageOrder order, HoldUsageRequest request, UsageSubject subject)
    {
        var outcome = HoldRules.Hold(subject.Held.Rights, request.Units, subject.Now, leeway);
        if (!outcome.IsTaken)
        {
            return UsageMoved.Not(UsageEndpoints.Insufficient(request.Units, outcome.Remaining), subject);
        }

        // In whole milliseconds, as it is kept and told.
        var end = Instant.Of(Instant.Millis(subject.Now.AddSeconds(request.ExpiresInSeconds ?? HoldRules.DefaultSeconds)));
        var hold = new UsageHold(ids.New("hld"), request.Units, HoldStatus.Open, end, HoldRules.Parts(outcome));
        await HoldStore.AddAsync(session, order.Scope, request.SubjectRef, hold, subject.Now).ConfigureAwait(false);
        var answer = new JsonAnswer<HoldUsageResponse>(new HoldUsageResponse { HoldId = hold.Id, Units = hold.Units, UsageRemaining = outcome.Remaining, ExpiresAt = end });
        return await MovedAsync(session, order, subject, [.. outcome.Taken.Select(taken => taken.Change)], hold.Id, _ => answer).ConfigureAwait(false);
    }

    private async Task<UsageMoved> CommitAsync(Session session, UsageOrder order, string holdId, long? units, UsageSubject subject)
    {
        // Only under the lock is it known whether somebody else was first.
        var hold = await HoldStore.OfAsync(session, order.Scope, subject.SubjectRef, holdId).ConfigureAwait(false);
        var outcome = HoldRules.Commit(hold, subject.Held.Rights, units, subject.Now);
        if (outcome.Refusal is { } refusal)
        {
            return UsageMoved.Not(Refused(refusal, hold, units), subject);
        }

        var consumptionId = ids.New("use");
        await HoldStore.CloseAsync(session, order.Scope, subject.SubjectRef, holdId, HoldStatus.Committed, consumptionId, subject.Now).ConfigureAwait(false);
        return await MovedAsync(
            session, order, subject, outcome.Changes, consumptionId,
            left => new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse { Ok = true, Consumed = units ?? hold.Units, UsageRemaining = left, ConsumptionId = consumptionId }))
            .ConfigureAwait(false);
    }

    private async Task<UsageMoved> ReleaseAsync(Session session, UsageOrder order, string holdId, UsageSubject subject)
    {
        var hold = await HoldStore.OfAsync(session, order.Scope, subject.SubjectRef, holdId).ConfigureAwait(false);
        var outcome = HoldRules.Release(hold, subject.Held.Rights, subject.Now);
        if (outcome.Refusal is { } refusal)
        {
            return UsageMoved.Not(Refused(refusal, hold, units: null), subject);
        }

        await HoldStore.CloseAsync(session, order.Scope, subject.SubjectRef, holdId, HoldStatus.Released, consumptionId: null, subject.Now).ConfigureAwait(false);
        return await MovedAsync(
            session, order, subject, outcome.Changes, holdId,
            left => new JsonAnswer<ReleaseHoldResponse>(new ReleaseHoldResponse { Ok = true, Released = hold.Units, UsageRemaining = left, HoldId = holdId }))
            .ConfigureAwait(false);
    }

    private async Task<UsageMoved> MovedAsync(
        Session session, UsageOrder order, UsageSubject subject, IReadOnlyList<EntitlementChange> changes, string causeId, Func<long, IRepeatableAnswer> answer)
    {
        var held = await EndedHolds.NextAsync(session, order.Scope, subject.SubjectRef, subject.Held).ConfigureAwait(false);
        var left = UsageRules.Remaining(held.After(changes).Rights, subject.Now, leeway);
        return new UsageMoved(answer(left), new ChangeStep(changes, order.Cause(causeId, subject.Now)), held.HoldDueAt);
    }

    private static Refusal Refused(HoldRefusal refusal, UsageHold hold, long? units) => refusal switch
    {
        HoldRefusal.Exceeded => Refusal.Conflict(ErrorCodes.HoldExceeded, string.Create(
            CultureInfo.InvariantCulture, $"Units to be committed: {units}; held: {hold.Units}. Nothing was taken, and the hold is as it was.")),
        HoldRefusal.Expired => Refusal.Conflict(ErrorCodes.HoldExpired, "The hold's time is over, and its units have come back. Hold or consume anew."),
        _ => Refusal.Conflict(ErrorCodes.HoldClosed, hold.Status == HoldStatus.Committed ? "The hold was committed before." : "The hold was released before."),
    };
}
