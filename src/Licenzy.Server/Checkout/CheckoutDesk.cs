using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Checkout;

/// <summary>
/// A purchase is two transactions around one call to Stripe: the attempt is recorded, Stripe is asked, the answer is recorded. Cut off anywhere, a
/// repeat with the same key takes up the same attempt, and Stripe's own key, derived from it, makes no second session.
/// </summary>
internal sealed class CheckoutDesk(
    Db db, Idempotency idempotency, CheckoutPreparation preparation, IStripeGateway stripe, IOptions<LicenzyServerOptions> options)
{
    public async Task<IResult> StartAsync(CreateCheckoutRequest request, IdempotencyScope place, byte[] bodyHash, HttpContext context)
    {
        var returnPages = $"{PublicAddress.Of(options.Value, context)}/checkout";
        using var room = await idempotency.EnterAsync(place).ConfigureAwait(false);
        var (answer, prepared) = await db.WriteAsync(
            session => preparation.PrepareAsync(session, request, place, bodyHash, returnPages, room), context.RequestAborted).ConfigureAwait(false);
        if (prepared is null)
        {
            return answer!;
        }

        // From here on the caller's patience no longer counts: what Stripe did must be recorded. The gateway has a bound of its own.
        var session = await AskAsync(prepared).ConfigureAwait(false);
        if (session.Failure is { IsUnknownCustomer: true })
        {
            prepared = prepared with { Attempt = await db.WriteAsync(inner => CheckoutPreparation.WithoutCustomerAsync(inner, prepared.Attempt), CancellationToken.None).ConfigureAwait(false) };
            session = await AskAsync(prepared).ConfigureAwait(false);
        }

        return session switch
        {
            { Value: { } made } => await StartedAsync(prepared.Attempt, made, place, context).ConfigureAwait(false),
            { Failure: { IsUnreachable: false } failure } => await RefusedAsync(prepared.Attempt, failure, place, room).ConfigureAwait(false),
            _ => await UnreachableAsync(place).ConfigureAwait(false),
        };
    }

    private Task<StripeAnswer<StripeCheckoutSession>> AskAsync(PreparedCheckout prepared) =>
        stripe.CreateCheckoutSessionAsync(prepared.SecretKey, prepared.Attempt.StripeForm, CheckoutForm.IdempotencyKey(prepared.Attempt), CancellationToken.None);

    private async Task<IResult> StartedAsync(CheckoutAttemptRow attempt, StripeCheckoutSession made, IdempotencyScope place, HttpContext context)
    {
        var expiresAt = Instant.OfSeconds(made.ExpiresAt);
        var answer = new JsonAnswer<CheckoutSessionResponse>(
            new CheckoutSessionResponse
            {
                AttemptId = attempt.Id,
                Status = AttemptStatus.Created.ToWord(),
                CheckoutUrl = made.Url,
                Mode = place.Scope.Mode.ToWord(),
                ExpiresAt = expiresAt,
            },
            StatusCodes.Status201Created);
        await db.WriteAsync(
            async session =>
            {
                await CheckoutAttemptStore.StartedAsync(session, place.Scope, attempt.Id, made.Id, Instant.Millis(expiresAt), preparation.Now).ConfigureAwait(false);
                idempotency.Keep(session, place, answer, RequestFrame.RequestId(context));
            },
            CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    private async Task<IResult> RefusedAsync(CheckoutAttemptRow attempt, StripeFailure failure, IdempotencyScope place, KeyPlace room)
    {
        await db.WriteAsync(
            async session =>
            {
                await CheckoutAttemptStore.FailedAsync(session, place.Scope, attempt.Id, preparation.Now).ConfigureAwait(false);
                // A refusal is not kept: once mended at Stripe, the same key may try again, as a new attempt.
                await IdempotencyStore.RemoveAsync(session, place).ConfigureAwait(false);
            },
            CancellationToken.None).ConfigureAwait(false);
        room.IsKept = false;
        return new Refusal(
            StatusCodes.Status502BadGateway, ErrorCodes.StripeError,
            $"Stripe refused to make the session: {failure.Code} (Stripe request {failure.RequestId ?? "unknown"}). Look it up in Stripe's dashboard.");
    }

    private async Task<IResult> UnreachableAsync(IdempotencyScope place)
    {
        await db.WriteAsync(session => IdempotencyStore.LockAsync(session, place, until: null), CancellationToken.None).ConfigureAwait(false);
        return Refusal.Unavailable("Stripe could not be reached. Try again with the same Idempotency-Key: no second session is made.", retryAfterSeconds: 2);
    }
}
