using Licenzy.Domain;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Usage;

/// <summary>
/// Moves units. Requests that wait at the same time are folded into one transaction: their subjects are locked and their keys looked up at once, the rules
/// decide one after the other in memory, each on what the one before left, and what came of it is written together. Who asks for a subject that somebody
/// else has locked waits apart from the others.
/// </summary>
internal sealed class UsageDesk : IAsyncDisposable
{
    private static readonly Refusal Busy = Refusal.Unavailable("The subject is busy with other changes. Nothing was done; try again in a moment.");

    private readonly Db _db;
    private readonly Idempotency _idempotency;
    private readonly UsageSubjects _subjects;
    private readonly UsageFold _fold;
    private readonly Batches<Asked, IResult?> _batches;
    private readonly Lines<(Scope Scope, string SubjectRef), Asked, IResult> _apart;

    public UsageDesk(Db db, Idempotency idempotency, UsageSubjects subjects, ChangeWriter writer, Meters meters)
    {
        (_db, _idempotency, _subjects, _fold) = (db, idempotency, subjects, new UsageFold(writer));
        _batches = new(together => db.WriteAsync(session => RunAsync(session, together, waits: false), CancellationToken.None));
        _apart = new(RunApartAsync);
        meters.Watch("usage", () => _batches.Waiting + _apart.Waiting);
    }

    /// <summary>Answers once it is committed; a repeat of the key hears the first answer.</summary>
    public async Task<IResult> RunAsync(HttpContext context, IdempotencyKey key, byte[] bodyHash, UsageMove move)
    {
        if (key.Value is null)
            return await RunAsync(new Asked(move, Key: null), context.RequestAborted).ConfigureAwait(false);
        var place = Idempotency.Place(context, move.Order.Scope, key.Value);
        using var room = await _idempotency.EnterAsync(place).ConfigureAwait(false);
        return await RunAsync(new Asked(move, new AskedKey(place, room, bodyHash)), context.RequestAborted).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _batches.DisposeAsync().ConfigureAwait(false);
        await _apart.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IResult> RunAsync(Asked asked, CancellationToken cancellationToken) =>
        await _batches.RunAsync(asked, cancellationToken).ConfigureAwait(false) ?? await _apart.RunAsync(asked.Subject, asked, cancellationToken).ConfigureAwait(false);

    private async Task<IReadOnlyList<IResult>> RunApartAsync(IReadOnlyList<Asked> same)
    {
        try
        {
            var answers = await _db.WriteAsync(session => RunAsync(session, same, waits: true), CancellationToken.None).ConfigureAwait(false);
            return [.. answers.Select(answer => answer ?? Busy)];
        }
        catch (StorageUnavailableException failure) when (failure.IsLocked)
        {
            return [.. same.Select(_ => Busy)];
        }
    }

    // Nothing where a subject is left out: what it is locked by shall not be waited for, or its holds give back too much for one transaction.
    private async Task<IReadOnlyList<IResult?>> RunAsync(Session session, IReadOnlyList<Asked> together, bool waits)
    {
        foreach (var one in together)
            one.Begin(await one.Move.Whose(session).ConfigureAwait(false));
        var subjects = await _subjects.LockAsync(session, [.. together.Where(one => one.SubjectRef is not null).Select(one => one.Subject)], waits).ConfigureAwait(false);
        var free = together.Where(IsFree).ToList();

        // Only under the locks: a repeat that waited for the first request must see its answer.
        var keyed = free.Where(one => one.Key is not null).ToLookup(one => one.Key!.Place);
        var known = await IdempotencyStore.PeekAsync(session, [.. keyed.Select(same => same.Key)]).ConfigureAwait(false);
        // Always in this order, so that two servers that write the same keys do not wait for each other in a circle.
        var first = keyed.Where(same => !known.ContainsKey(same.Key)).Select(same => same.FirstOrDefault(one => one.Key!.Room.IsGranted)).OfType<Asked>()
            .OrderBy(one => one.Key!.Place, IdempotencyScope.Order).ToDictionary(one => one.Key!.Place);
        var answers = await _fold.DecideAsync(session, [.. free.Where(one => one.Key is null), .. first.Values], subjects).ConfigureAwait(false);
        var kept = first.Values.Where(one => answers[one].IsKept).ToDictionary(one => one.Key!.Place, one => Keep(session, one, answers[one]));
        return [.. together.Select(one => !IsFree(one) ? null : answers.TryGetValue(one, out var answer) ? answer : Again(one))];

        bool IsFree(Asked one) => one.SubjectRef is null || subjects.ContainsKey(one.Subject);

        IResult Again(Asked one) =>
            !first.TryGetValue(one.Key!.Place, out var same) ? _idempotency.Again(one.Key.Place, known.GetValueOrDefault(one.Key.Place), one.Key.BodyHash, one.Key.Room)
            : kept.TryGetValue(one.Key.Place, out var bytes) ? _idempotency.Repeat(same.Key!.BodyHash, one.Key.BodyHash, answers[same].Status, bytes)
            : Idempotency.Refused(same.Key!.BodyHash, one.Key.BodyHash, answers[same]);
    }

    private byte[] Keep(Session session, Asked one, IRepeatableAnswer answer)
    {
        one.Key!.Room.IsKept = true;
        return _idempotency.KeepNew(session, one.Key.Place, one.Key.BodyHash, answer, one.Move.Order.RequestId);
    }
}

/// <summary>A request that waits, and its key if it has one.</summary>
internal sealed record Asked(UsageMove Move, AskedKey? Key)
{
    /// <summary>Whose units, once it was looked up; <see langword="null"/> where there is nothing of the name that was given.</summary>
    public string? SubjectRef { get; private set; }

    public (Scope Scope, string SubjectRef) Subject => (Move.Order.Scope, SubjectRef!);

    /// <summary>Begins a try, of which nothing holds that an earlier one left.</summary>
    public void Begin(string? subjectRef)
    {
        SubjectRef = subjectRef;
        if (Key is not null)
            Key.Room.IsKept = false;
    }
}

/// <summary>The key of a request: where it holds, whether there is room to keep it, and what tells a repeat from another request.</summary>
internal sealed record AskedKey(IdempotencyScope Place, KeyPlace Room, byte[] BodyHash);
