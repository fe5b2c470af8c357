using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting;

/// <summary>An answer that can be given again, byte for byte.</summary>
internal interface IRepeatableAnswer : IResult
{
    int Status { get; }

    /// <summary>Whether a repeat must hear the same: successes, and refusals that are about a balance at a moment.</summary>
    bool IsKept { get; }

    byte[] ToBytes(string requestId);
}

/// <summary>
/// Makes POSTs safe to repeat. The key is recorded in the operation's own transaction, so that either both took effect or neither; the answer is
/// sealed, since some hold a secret.
/// </summary>
internal sealed class Idempotency(Db db, Sealer sealer, IdempotencyBound bound, Meters meters, TimeProvider clock)
{
    private static readonly Refusal InProgress = Refusal.Conflict(
        ErrorCodes.IdempotencyInProgress, "The first request with this key is still being answered. Try again in a few seconds.");

    private static readonly Refusal AnotherBody = Refusal.Conflict(
        ErrorCodes.IdempotencyConflict, "This Idempotency-Key came with another body before. Use a new key for a new operation.");

    /// <summary>The hash of a route's body that takes none.</summary>
    public static readonly byte[] NoBody = SHA256.HashData([]);

    private const string Field = "idempotency_keys.answer";

    // What a sealed answer never begins with.
    private const byte Plain = 0;

    /// <summary>Runs the work in one transaction, or gives its first answer again.</summary>
    public async Task<IResult> RunAsync(
        HttpContext context, Scope scope, IdempotencyKey key, byte[] bodyHash, Func<Session, Task<IRepeatableAnswer>> work)
    {
        if (key.Value is null)
        {
            return await db.WriteAsync(work, context.RequestAborted).ConfigureAwait(false);
        }

        var place = Place(context, scope, key.Value);
        using var room = await EnterAsync(place).ConfigureAwait(false);
        return await db.WriteAsync<IResult>(
            async session =>
            {
                if (!room.IsGranted || !await IdempotencyStore.TryTakeAsync(session, place, bodyHash, Now).ConfigureAwait(false))
                    return await AgainAsync(session, place, bodyHash, room).ConfigureAwait(false);

                var answer = await work(session).ConfigureAwait(false);
                if (answer.IsKept)
                    Keep(session, place, answer, RequestFrame.RequestId(context));
                else
                    await IdempotencyStore.RemoveAsync(session, place).ConfigureAwait(false);
                room.IsKept = answer.IsKept;
                return answer;
            },
            context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The answer to a key that could not be taken.</summary>
    private async Task<IResult> AgainAsync(Session session, IdempotencyScope place, byte[] bodyHash, KeyPlace room)
    {
        return Again(place, await IdempotencyStore.FindAsync(session, place).ConfigureAwait(false), bodyHash, room);
    }

    /// <summary>The same where it was looked up already.</summary>
    public IResult Again(IdempotencyScope place, IdempotencyRow? known, byte[] bodyHash, KeyPlace room) =>
        known is null ? Absent(room) : Repeat(place, known, bodyHash) ?? InProgress;

    /// <summary>
    /// The same, with something to be done before the transaction, such as a look at Stripe; a repeat does without it.
    /// </summary>
    public async Task<IResult> RunAfterAsync(
        HttpContext context, Scope scope, IdempotencyKey key, byte[] bodyHash, Func<Task> before, Func<Session, Task<IRepeatableAnswer>> work)
    {
        if (key.Value is not null)
        {
            var place = Place(context, scope, key.Value);
            var known = await db.ReadAsync(session => IdempotencyStore.PeekAsync(session, place), context.RequestAborted).ConfigureAwait(false);
            if (known is not null && Repeat(place, known, bodyHash) is { } repeat)
            {
                return repeat;
            }

            using var room = await EnterAsync(place).ConfigureAwait(false);
            if (known is null && !room.IsGranted)
            {
                return IdempotencyBound.Full;
            }
        }

        await before().ConfigureAwait(false);
        return await RunAsync(context, scope, key, bodyHash, work).ConfigureAwait(false);
    }

    /// <summary>Asks for a place among the workspace's kept keys; without one, only a key that is known already may be answered.</summary>
    public Task<KeyPlace> EnterAsync(IdempotencyScope place) => bound.EnterAsync(place.Scope.WorkspaceId);

    /// <summary>The answer to a key that could not be taken and is not there: no place, or just let go by a request that was refused.</summary>
    public static Refusal Absent(KeyPlace room) => room.IsGranted ? InProgress : IdempotencyBound.Full;

    /// <summary>Where a key holds: the route and what its parameters are bound to, whatever the caller's spelling of the path.</summary>
    public static IdempotencyScope Place(HttpContext context, Scope scope, string key)
    {
        var pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern;
        var values = pattern.Parameters.Select(parameter => SubjectRef.Routed(context, parameter.Name) ?? context.Request.RouteValues[parameter.Name]?.ToString());
        var route = string.Join('\n', [context.Request.Method, pattern.RawText, .. values]);
        // By its hash where a subject makes it long: the index has a longest key.
        return new IdempotencyScope(scope, pattern.Parameters.Count == 0 ? route : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(route))), key);
    }

    /// <summary>The first answer, or the refusal of another body; <see langword="null"/> where there is no answer yet.</summary>
    public IResult? Repeat(IdempotencyScope place, IdempotencyRow known, byte[] bodyHash)
    {
        if (!CryptographicOperations.FixedTimeEquals(known.BodyHash, bodyHash))
        {
            return AnotherBody;
        }

        return known is { Answer: { } answer, Status: { } status }
            ? new RepeatedAnswer((int)status, answer[0] == Plain ? answer[1..] : sealer.OpenBytes(place.Scope, Field, answer), meters)
            : null;
    }

    /// <summary>The same where the first answer was given a moment ago.</summary>
    public IResult Repeat(byte[] firstHash, byte[] bodyHash, int status, byte[] answer) =>
        CryptographicOperations.FixedTimeEquals(firstHash, bodyHash) ? new RepeatedAnswer(status, answer, meters) : AnotherBody;

    /// <summary>The same where the first request of this moment was refused, and the refusal is not kept.</summary>
    public static IResult Refused(byte[] firstHash, byte[] bodyHash, IRepeatableAnswer refusal) =>
        CryptographicOperations.FixedTimeEquals(firstHash, bodyHash) ? refusal : InProgress;

    /// <summary>Keeps the answer for repeats, which hear these bytes.</summary>
    public byte[] Keep(Session session, IdempotencyScope place, IRepeatableAnswer answer, string requestId)
    {
        var bytes = answer.ToBytes(requestId);
        IdempotencyStore.Answer(session, place, answer.Status, sealer.Seal(place.Scope, Field, bytes), Now);
        return bytes;
    }

    /// <summary>The same of a key that was not there, and of an answer that holds no secret: they are made together, and nothing is sealed.</summary>
    public byte[] KeepNew(Session session, IdempotencyScope place, byte[] bodyHash, IRepeatableAnswer answer, string requestId)
    {
        var bytes = answer.ToBytes(requestId);
        IdempotencyStore.Add(session, place, bodyHash, answer.Status, [Plain, .. bytes], Now);
        return bytes;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class RepeatedAnswer(int status, byte[] body, Meters meters) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            meters.Replayed();
            httpContext.Response.Headers[LicenzyHeaders.IdempotencyReplayed] = "true";
            return JsonBytes.WriteAsync(httpContext, status, body);
        }
    }
}
