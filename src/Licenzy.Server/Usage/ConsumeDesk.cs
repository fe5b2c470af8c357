using System.Globalization;
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
        var places = together.ToLookup(one => one.Place);
        var known = await IdempotencyStore.PeekAsync(session, [.. places.Select(same => same.Key)]).ConfigureAwait(false);
        // Always in this order, so that two servers that write the same keys do not wait for each other in a circle.
        Consuming[] fresh =
        [
            .. places.Where(same => !known.ContainsKey(same.Key)).Select(same => same.FirstOrDefault(one => one.Room.IsGranted)).OfType<Consuming>()
                .OrderBy(one => one.Place.Scope.WorkspaceId, StringComparer.Ordinal).ThenBy(one => one.Place.Scope.Mode)
                .ThenBy(one => one.Place.Route, StringComparer.Ordinal).ThenBy(one => one.Place.Key, StringComparer.Ordinal),
        ];
        var answers = await TakeAsync(session, fresh).ConfigureAwait(false);
        var first = fresh.Zip(answers).ToDictionary(pair => pair.First.Place, pair => (pair.First, Answer: pair.Second, Bytes: Keep(session, pair.First, pair.Second)));
        return
        [
            .. together.Select(one => !first.TryGetValue(one.Place, out var same) ? _idempotency.Again(one.Place, known.GetValueOrDefault(one.Place), one.BodyHash, one.Room)
                : same.First == one ? same.Answer
                : _idempotency.Repeat(same.First.BodyHash, one.BodyHash, same.Answer.Status, same.Bytes)),
        ];
    }

    private byte[] Keep(Session session, Consuming one, IRepeatableAnswer answer)
    {
        one.Room.IsKept = true;
        return _idempotency.KeepNew(session, one.Place, one.BodyHash, answer, one.RequestId);
    }

    // The rules decide one after the other, each on what the one before left.
    private async Task<IReadOnlyList<IRepeatableAnswer>> TakeAsync(Session session, Consuming[] fresh)
    {
        var subjects = await _subjects.LockAsync(session, [.. fresh.Select(one => (one.Place.Scope, one.SubjectRef))]).ConfigureAwait(false);
        var answers = new IRepeatableAnswer[fresh.Length];
        foreach (var (place, of) in fresh.Index().GroupBy(one => (one.Item.Place.Scope, one.Item.SubjectRef)).Select(same => (same.Key, same)))
        {
            var subject = subjects[place];
            var (rights, steps) = (subject.Held, new List<ChangeStep>());
            foreach (var (i, one) in of)
            {
                var outcome = UsageRules.Consume(rights.Rights, one.Units, subject.Now, _leeway);
                var cause = new Cause(ChangeSource.Runtime, _ids.New("use"), subject.Now, one.Actor, one.RequestId);
                answers[i] = Answer(one.Units, outcome, cause.Id);
                if (!outcome.IsTaken)
                    continue;
                steps.Add(new ChangeStep([.. outcome.Taken.Select(taken => taken.Change)], cause));
                rights = rights.After(steps[^1].Changes);
            }

            if (steps.Count > 0)
                await _writer.WriteAsync(session, place.Scope, place.SubjectRef, subject.Held, steps).ConfigureAwait(false);
        }

        return answers;
    }

    private static IRepeatableAnswer Answer(long units, ConsumeOutcome outcome, string id) => !outcome.IsTaken
        ? Insufficient(units, outcome.Remaining)
        : new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse { Ok = true, Consumed = units, UsageRemaining = outcome.Remaining, ConsumptionId = id });

    /// <summary>The refusal where fewer units are left than were asked for.</summary>
    public static Refusal Insufficient(long units, long left) => Refusal.Conflict(
        ErrorCodes.InsufficientUsage, string.Create(CultureInfo.InvariantCulture, $"Units asked for: {units}; left: {left}. Nothing was taken."));
}
