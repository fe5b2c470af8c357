using System.Globalization;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Storage;
using Licenzy.Usage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Usage;

/// <summary>A request to take units.</summary>
/// <param name="Place">Where its Idempotency-Key holds.</param>
/// <param name="Room">Whether the key may be kept.</param>
/// <param name="BodyHash">Tells a repeat from another request.</param>
/// <param name="SubjectRef">Whose units.</param>
/// <param name="Units">How many.</param>
/// <param name="Actor">The key that asks.</param>
/// <param name="RequestId">The request it came with.</param>
internal sealed record Consuming(IdempotencyScope Place, KeyPlace Room, byte[] BodyHash, string SubjectRef, long Units, string Actor, string RequestId);

/// <summary>
/// Takes units. Requests that wait at the same time are folded into one transaction: their keys are taken and their subjects locked at once, the rules decide
/// one after the other in memory, and what came of it is written together.
/// </summary>
internal sealed class ConsumeDesk : IAsyncDisposable
{
    private readonly Db _db;
    private readonly Idempotency _idempotency;
    private readonly UsageSubjects _subjects;
    private readonly ChangeWriter _writer;
    private readonly Ids _ids;
    private readonly Leeway _leeway;
    private readonly Batches<Consuming, IResult> _batches;

    public ConsumeDesk(Db db, Idempotency idempotency, UsageSubjects subjects, ChangeWriter writer, Ids ids, Leeway leeway)
    {
        (_db, _idempotency, _subjects, _writer, _ids, _leeway) = (db, idempotency, subjects, writer, ids, leeway);
        _batches = new(together => _db.WriteAsync(session => TakeAsync(session, together), CancellationToken.None));
    }

    /// <summary>Answers once it is committed.</summary>
    public async Task<IResult> ConsumeAsync(ConsumeUsageRequest request, Caller caller, string key, byte[] bodyHash, HttpContext context)
    {
        var place = Idempotency.Place(context, caller.Scope, key);
        using var room = await _idempotency.EnterAsync(place).ConfigureAwait(false);
        var consuming = new Consuming(place, room, bodyHash, request.SubjectRef, request.Units, caller.Actor, RequestFrame.RequestId(context));
        return await _batches.RunAsync(consuming, context.RequestAborted).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private async Task<IReadOnlyList<IResult>> TakeAsync(Session session, IReadOnlyList<Consuming> together)
    {
        var taken = await IdempotencyStore.TakeAsync(session, [.. together.Where(one => one.Room.IsGranted).Select(one => (one.Place, one.BodyHash))], _idempotency.Now).ConfigureAwait(false);
        // Before anything is written: what is read in between would have it written in parts.
        var answers = new Dictionary<Consuming, IResult>(ReferenceEqualityComparer.Instance);
        foreach (var again in together.Where(one => !taken.Contains(one.Place)).OrderBy(one => one.Place.Key, StringComparer.Ordinal))
            answers[again] = await _idempotency.AgainAsync(session, again.Place, again.BodyHash, again.Room).ConfigureAwait(false);
        var subjects = await _subjects.LockAsync(session, [.. together.Where(one => taken.Contains(one.Place)).Select(one => (one.Place.Scope, one.SubjectRef))]).ConfigureAwait(false);
        foreach (var same in together.Where(one => taken.Contains(one.Place)).GroupBy(one => one.Place))
        {
            // Its body is the one the key was taken for.
            var first = same.First(one => one.Room.IsGranted);
            var answer = await TakeAsync(session, first, subjects).ConfigureAwait(false);
            var bytes = _idempotency.Keep(session, first.Place, answer, first.RequestId);
            first.Room.IsKept = true;
            answers[first] = answer;
            foreach (var again in same.Where(one => one != first))
                answers[again] = _idempotency.Repeat(first.BodyHash, again.BodyHash, answer.Status, bytes);
        }

        return [.. together.Select(one => answers[one])];
    }

    private async Task<IRepeatableAnswer> TakeAsync(Session session, Consuming one, Dictionary<(Scope, string), UsageSubject> subjects)
    {
        var scope = one.Place.Scope;
        var subject = subjects[(scope, one.SubjectRef)];
        var outcome = UsageRules.Consume(subject.Held.Rights, one.Units, subject.Now, _leeway);
        if (!outcome.IsTaken)
            return Insufficient(one.Units, outcome.Remaining);

        var cause = new Cause(ChangeSource.Runtime, _ids.New("use"), subject.Now, one.Actor, one.RequestId);
        var after = await _writer.WriteAsync(session, scope, one.SubjectRef, subject.Held, [.. outcome.Taken.Select(taken => taken.Change)], cause).ConfigureAwait(false);
        subjects[(scope, one.SubjectRef)] = subject with { Held = after };
        return new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse
        {
            Ok = true,
            Consumed = one.Units,
            UsageRemaining = outcome.Remaining,
            ConsumptionId = cause.Id,
        });
    }

    /// <summary>The refusal where fewer units are left than were asked for.</summary>
    public static Refusal Insufficient(long units, long left) => Refusal.Conflict(
        ErrorCodes.InsufficientUsage, string.Create(CultureInfo.InvariantCulture, $"Units asked for: {units}; left: {left}. Nothing was taken."));
}
