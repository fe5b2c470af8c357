using System.Net;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;

namespace Licenzy.Testing;

/// <content>What is remembered of units that moved.</content>
public sealed partial class FakeLicenzy
{
    // Whatever is asked next is asked of a server whose clock has told what ended.
    private void ReturnEnded(DateTimeOffset now)
    {
        foreach (var (id, (subjectRef, hold)) in _holds.Where(known => known.Value.Hold is { Status: HoldStatus.Open } open && open.ExpiresAt <= now).OrderBy(known => known.Value.Hold.ExpiresAt).ToList())
        {
            _holds[id] = (subjectRef, hold with { Status = HoldStatus.Expired });
            Change(subjectRef, HoldRules.Expire(hold, Of(subjectRef).Rights), hold.ExpiresAt);
        }
    }

    private long Change(string subjectRef, IReadOnlyList<EntitlementChange> changes, DateTimeOffset now)
    {
        var after = Of(subjectRef).With([.. changes.Select(change => change.After)], now);
        Save(subjectRef, after);
        return UsageRules.Remaining(after.Rights, now, Leeway.Default);
    }

    private string Remember(string subjectRef, IReadOnlyList<EntitlementChange> changes)
    {
        var id = NewId("use");
        var parts = changes.SelectMany(change => change.Movements()
            .Where(movement => movement.Kind is LedgerKind.Consume or LedgerKind.Commit)
            .Select(movement => new HeldUnits(change.After.Id, movement.Amount, movement.PeriodStart)));
        _consumptions[id] = (subjectRef, new Consumption([.. parts], IsReversed: false));
        return id;
    }

    private string? SubjectOf(string holdId)
    {
        lock (_gate)
        {
            return _holds.TryGetValue(holdId, out var known) ? known.SubjectRef : null;
        }
    }

    private string? ConsumerOf(string? consumptionId)
    {
        lock (_gate)
        {
            return consumptionId is not null && _consumptions.TryGetValue(consumptionId, out var known) ? known.SubjectRef : null;
        }
    }

    private (string SubjectRef, T Value) Known<T>(Dictionary<string, (string SubjectRef, T Value)> all, string id) => all.TryGetValue(id, out var known)
        ? known
        : throw Refused(HttpStatusCode.NotFound, ErrorCodes.NotFound, "There is nothing of that name here.");

    private IReadOnlyList<EntitlementChange> Allowed(HoldOutcome outcome, UsageHold hold, long? units) => outcome.Refusal switch
    {
        null => outcome.Changes,
        HoldRefusal.Exceeded => throw Refused(HttpStatusCode.Conflict, ErrorCodes.HoldExceeded, FormattableString.Invariant(
            $"Units to be committed: {units}; held: {hold.Units}. Nothing was taken, and the hold is as it was.")),
        HoldRefusal.Expired => throw Refused(HttpStatusCode.Conflict, ErrorCodes.HoldExpired, "The hold's time is over, and its units have come back. Hold or consume anew."),
        _ => throw Refused(HttpStatusCode.Conflict, ErrorCodes.HoldClosed, hold.Status == HoldStatus.Committed ? "The hold was committed before." : "The hold was released before."),
    };

    private Func<T> Insufficient<T>(long units, long left)
    {
        var refusal = Refused(HttpStatusCode.Conflict, ErrorCodes.InsufficientUsage, FormattableString.Invariant($"Units asked for: {units}; left: {left}. Nothing was taken."));
        return () => throw new LicenzyApiException(refusal.StatusCode!.Value, refusal.Code, refusal.Message) { RequestId = refusal.RequestId };
    }
}
