using System.Net;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Json;
using Licenzy.Usage;

namespace Licenzy.Testing;

/// <content>Units set aside, and consumptions taken back, by the server's own rules.</content>
public sealed partial class FakeLicenzy
{
    private readonly Dictionary<string, (string SubjectRef, UsageHold Hold)> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string SubjectRef, Consumption Taken)> _consumptions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<HoldUsageResponse> HoldUsageAsync(HoldUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireText(request.SubjectRef);
        RequireKey(idempotencyKey);
        return AnswerAsync(
            request.SubjectRef,
            now =>
            {
                Refuse(Wrong(request.SubjectRef), Wrong(request.Units, "units", UsageRules.MaxUnits), Wrong(request.ExpiresInSeconds ?? 1, "expires_in_seconds", HoldRules.MaxSeconds));
                return Once(nameof(HoldUsageAsync), idempotencyKey, Body(request, LicenzyJson.Default.HoldUsageRequest), () => Hold(request, now));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ConsumeUsageResponse> CommitHoldAsync(string holdId, long? units = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(holdId);
        RequireKey(idempotencyKey);
        return AnswerAsync(
            SubjectOf(holdId),
            now =>
            {
                Refuse(Wrong(units ?? 1, "units", UsageRules.MaxUnits));
                return Once(
                    $"{nameof(CommitHoldAsync)} {holdId}", idempotencyKey, Body(new CommitHoldRequest { Units = units }, LicenzyJson.Default.CommitHoldRequest),
                    () => Commit(holdId, units, now));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReleaseHoldResponse> ReleaseHoldAsync(string holdId, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(holdId);
        RequireKey(idempotencyKey);
        return AnswerAsync(SubjectOf(holdId), now => Once($"{nameof(ReleaseHoldAsync)} {holdId}", idempotencyKey, "", () => Release(holdId, now)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReverseUsageResponse> ReverseUsageAsync(ReverseUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.ConsumptionId, nameof(request));
        RequireKey(idempotencyKey);
        return AnswerAsync(
            ConsumerOf(request.ConsumptionId),
            now =>
            {
                Refuse(WrongId(request.ConsumptionId, "consumption_id"), Wrong(request.Units ?? 1, "units", UsageRules.MaxUnits));
                return Once(nameof(ReverseUsageAsync), idempotencyKey, Body(request, LicenzyJson.Default.ReverseUsageRequest), () => Reverse(request, now));
            },
            cancellationToken);
    }

    private Func<HoldUsageResponse> Hold(HoldUsageRequest request, DateTimeOffset now)
    {
        var outcome = HoldRules.Hold(Of(request.SubjectRef).Rights, request.Units, now, Leeway.Default);
        if (!outcome.IsTaken)
            return Insufficient<HoldUsageResponse>(request.Units, outcome.Remaining);
        var end = DateTimeOffset.FromUnixTimeMilliseconds(now.AddSeconds(request.ExpiresInSeconds ?? HoldRules.DefaultSeconds).ToUnixTimeMilliseconds());
        var hold = new UsageHold(NewId("hld"), request.Units, HoldStatus.Open, end, HoldRules.Parts(outcome));
        _holds[hold.Id] = (request.SubjectRef, hold);
        Change(request.SubjectRef, [.. outcome.Taken.Select(taken => taken.Change)], now);
        var answer = new HoldUsageResponse { HoldId = hold.Id, Units = hold.Units, UsageRemaining = outcome.Remaining, ExpiresAt = end };
        return () => answer;
    }

    private Func<ConsumeUsageResponse> Commit(string holdId, long? units, DateTimeOffset now)
    {
        var (subjectRef, hold) = Known(_holds, holdId);
        var changes = Allowed(HoldRules.Commit(hold, Of(subjectRef).Rights, units, now), hold, units);
        var answer = new ConsumeUsageResponse
        {
            Ok = true,
            Consumed = units ?? hold.Units,
            UsageRemaining = Change(subjectRef, changes, now),
            ConsumptionId = Remember(subjectRef, changes),
        };
        _holds[holdId] = (subjectRef, hold with { Status = HoldStatus.Committed });
        return () => answer;
    }

    private Func<ReleaseHoldResponse> Release(string holdId, DateTimeOffset now)
    {
        var (subjectRef, hold) = Known(_holds, holdId);
        var changes = Allowed(HoldRules.Release(hold, Of(subjectRef).Rights, now), hold, units: null);
        _holds[holdId] = (subjectRef, hold with { Status = HoldStatus.Released });
        var answer = new ReleaseHoldResponse { Ok = true, Released = hold.Units, UsageRemaining = Change(subjectRef, changes, now), HoldId = holdId };
        return () => answer;
    }

    private Func<ReverseUsageResponse> Reverse(ReverseUsageRequest request, DateTimeOffset now)
    {
        var (subjectRef, taken) = Known(_consumptions, request.ConsumptionId);
        var outcome = ReverseRules.Reverse(taken, Of(subjectRef).Rights, request.Units);
        if (outcome.Refusal == ReverseRefusal.AlreadyReversed)
            throw Refused(HttpStatusCode.Conflict, ErrorCodes.AlreadyReversed, "The consumption was reversed before, wholly or in part: units come back once.");
        if (outcome.Refusal is not null)
            Refuse(new FieldError { Field = "units", Message = FormattableString.Invariant($"must be at most {taken.Units}, which is what was consumed.") });
        _consumptions[request.ConsumptionId] = (subjectRef, taken with { IsReversed = true });
        var answer = new ReverseUsageResponse
        {
            Ok = true,
            Reversed = outcome.Units,
            UsageRemaining = Change(subjectRef, outcome.Changes, now),
            ConsumptionId = request.ConsumptionId,
        };
        return () => answer;
    }
}
