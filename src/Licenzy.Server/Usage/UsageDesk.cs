using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Usage;

/// <summary>
/// Moves units. Requests that wait at the same time are folded into one transaction: their keys are looked up and their subjects locked at once, the rules
/// decide one after the other in memory, each on what the one before left, and what came of it is written together.
/// </summary>
internal sealed class UsageDesk : IAsyncDisposable
{
    private readonly Idempotency _idempotency;
    private readonly UsageSubjects _subjects;
    private readonly ChangeWriter _writer;
    private readonly Batches<Asked, IResult> _batches;

    public UsageDesk(Db db, Idempotency idempotency, UsageSubjects subjects, ChangeWriter writer)
    {
        (_idempotency, _subjects, _writer) = (idempotency, subjects, writer);
        _batches = new(together => db.WriteAsync(session => RunAsync(session, together), CancellationToken.None));
    }

    /// <summary>Answers once it is committed; a repeat of the key hears the first answer.</summary>
    public async Task<IResult> RunAsync(HttpContext context, IdempotencyKey key, byte[] bodyHash, UsageMove move)
    {
        if (key.Value is null)
            return await _batches.RunAsync(new Asked(move, Key: null), context.RequestAborted).ConfigureAwait(false);
        var place = Idempotency.Place(context, move.Order.Scope, key.Value);
        using var room = await _idempotency.EnterAsync(place).ConfigureAwait(false);
        return await _batches.RunAsync(new Asked(move, new AskedKey(place, room, bodyHash)), context.RequestAborted).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private async Task<IReadOnlyList<IResult>> RunAsync(Session session, IReadOnlyList<Asked> together)
    {
        var keyed = together.Where(one => one.Key is not null).ToLookup(one => one.Key!.Place);
        var known = await IdempotencyStore.PeekAsync(session, [.. keyed.Select(same => same.Key)]).ConfigureAwait(false);
        // Always in this order, so that two servers that write the same keys do not wait for each other in a circle.
        var first = keyed.Where(same => !known.ContainsKey(same.Key)).Select(same => same.FirstOrDefault(one => one.Key!.Room.IsGranted)).OfType<Asked>()
            .OrderBy(one => one.Key!.Place, IdempotencyScope.Order);
        var answers = await DecideAsync(session, [.. together.Where(one => one.Key is null), .. first]).ConfigureAwait(false);
        var kept = first.Where(one => answers[one].IsKept).ToDictionary(one => one.Key!.Place, one => (First: one, Bytes: Keep(session, one, answers[one])));
        return
        [
            .. together.Select(one => answers.TryGetValue(one, out var answer) ? answer
                : kept.TryGetValue(one.Key!.Place, out var same) ? _idempotency.Repeat(same.First.Key!.BodyHash, one.Key.BodyHash, answers[same.First].Status, same.Bytes)
                : _idempotency.Again(one.Key.Place, known.GetValueOrDefault(one.Key.Place), one.Key.BodyHash, one.Key.Room)),
        ];
    }

    private byte[] Keep(Session session, Asked one, IRepeatableAnswer answer)
    {
        one.Key!.Room.IsKept = true;
        return _idempotency.KeepNew(session, one.Key.Place, one.Key.BodyHash, answer, one.Move.Order.RequestId);
    }

    private async Task<Dictionary<Asked, IRepeatableAnswer>> DecideAsync(Session session, IReadOnlyList<Asked> fresh)
    {
        var answers = new Dictionary<Asked, IRepeatableAnswer>(ReferenceEqualityComparer.Instance);
        var of = new List<(Asked Asked, Scope Scope, string SubjectRef)>();
        foreach (var one in fresh)
        {
            if (await one.Move.Whose(session).ConfigureAwait(false) is { } subjectRef)
                of.Add((one, one.Move.Order.Scope, subjectRef));
            else
                answers[one] = Refusal.NotFound;
        }

        var subjects = await _subjects.LockAsync(session, [.. of.Select(one => (one.Scope, one.SubjectRef))]).ConfigureAwait(false);
        foreach (var same in of.GroupBy(one => (one.Scope, one.SubjectRef), one => one.Asked))
            await DecideAsync(session, same.Key.Scope, subjects[same.Key], same, answers).ConfigureAwait(false);
        return answers;
    }

    private async Task DecideAsync(Session session, Scope scope, UsageSubject subject, IEnumerable<Asked> asked, Dictionary<Asked, IRepeatableAnswer> answers)
    {
        var (written, now, steps) = (subject, subject, new List<ChangeStep>());
        foreach (var one in asked)
        {
            if (one.Move.ReadsLedger)
                await WriteAsync().ConfigureAwait(false);
            var moved = await one.Move.Decide(session, now).ConfigureAwait(false);
            answers[one] = moved.Answer;
            now = moved.Of(now);
            if (moved.Step is { } step)
                steps.Add(step);
        }

        await WriteAsync().ConfigureAwait(false);

        async Task WriteAsync()
        {
            if (steps.Count == 0)
                return;
            var held = written.Held with { HoldDueAt = now.Held.HoldDueAt };
            written = now = now with { Held = await _writer.WriteAsync(session, scope, subject.SubjectRef, held, steps).ConfigureAwait(false) };
            steps.Clear();
        }
    }

    private sealed record Asked(UsageMove Move, AskedKey? Key);

    // The key of a request: where it holds, whether there is room to keep it, and what tells a repeat from another request.
    private sealed record AskedKey(IdempotencyScope Place, KeyPlace Room, byte[] BodyHash);
}
