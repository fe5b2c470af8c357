using System.Security.Cryptography;
using System.Text;
using Licenzy.Domain;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

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
internal sealed class Idempotency(Db db, Sealer sealer, TimeProvider clock)
{
    private const int LongestRoute = 200;
    private const string Field = "idempotency_keys.answer";

    /// <summary>Runs the work in one transaction, or gives its first answer again.</summary>
    public async Task<IResult> RunAsync(
        HttpContext context, Scope scope, IdempotencyKey key, byte[] bodyHash, Func<Session, Task<IRepeatableAnswer>> work)
    {
        if (key.Value is null)
        {
            return await db.WriteAsync(work, context.RequestAborted).ConfigureAwait(false);
        }

        var place = Place(context, scope, key.Value);
        return await db.WriteAsync<IResult>(
            async session =>
            {
                if (await IdempotencyStore.FindAsync(session, place).ConfigureAwait(false) is { } known)
                {
                    return Repeat(place, known, bodyHash) ?? Refusal.Conflict(ErrorCodes.IdempotencyInProgress, "The first request with this key is still being answered.");
                }

                var answer = await work(session).ConfigureAwait(false);
                if (answer.IsKept)
                {
                    await IdempotencyStore.AddAsync(session, place, bodyHash, Now).ConfigureAwait(false);
                    await KeepAsync(session, place, answer, RequestFrame.RequestId(context)).ConfigureAwait(false);
                }

                return answer;
            },
            context.RequestAborted).ConfigureAwait(false);
    }

    public static IdempotencyScope Place(HttpContext context, Scope scope, string key)
    {
        // The raw path: the decoded one makes one of two subjects. A long one goes by its hash, for the index has a longest key.
        var route = $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0]}";
        return new IdempotencyScope(scope, route.Length <= LongestRoute ? route : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(route))), key);
    }

    /// <summary>The first answer, or the refusal of another body; <see langword="null"/> where there is no answer yet.</summary>
    public IResult? Repeat(IdempotencyScope place, IdempotencyRow known, byte[] bodyHash)
    {
        if (!CryptographicOperations.FixedTimeEquals(known.BodyHash, bodyHash))
        {
            return Refusal.Conflict(ErrorCodes.IdempotencyConflict, "This Idempotency-Key came with another body before. Use a new key for a new operation.");
        }

        return known is { Answer: { } answer, Status: { } status }
            ? new RepeatedAnswer((int)status, sealer.OpenBytes(place.Scope, Field, answer))
            : null;
    }

    public Task KeepAsync(Session session, IdempotencyScope place, IRepeatableAnswer answer, string requestId) =>
        IdempotencyStore.AnswerAsync(session, place, answer.Status, sealer.Seal(place.Scope, Field, answer.ToBytes(requestId)));

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class RepeatedAnswer(int status, byte[] body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers[LicenzyHeaders.IdempotencyReplayed] = "true";
            return JsonBytes.WriteAsync(httpContext, status, body);
        }
    }
}
