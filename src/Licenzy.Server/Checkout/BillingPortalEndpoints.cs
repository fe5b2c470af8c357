using System.Security.Cryptography;
using Licenzy.Checkout;
using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Checkout;

/// <summary>Visits to Stripe's customer portal (CONTRACT §1).</summary>
internal sealed class BillingPortalEndpoints(Db db, Idempotency idempotency, StripeConnectionSecrets secrets, IStripeGateway stripe)
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost(
                "/billing-portal/session",
                (Body<CreateBillingPortalSessionRequest> body, IdempotencyKey key, Caller caller, BillingPortalEndpoints portals, HttpContext context) =>
                    portals.StartAsync(body, key, caller.Scope, context))
            .WithSummary("Send a subject to Stripe's customer portal")
            .Produces<BillingPortalSessionResponse>()
            .Produces<LicenzyProblem>(StatusCodes.Status409Conflict, "application/problem+json")
            .Produces<LicenzyProblem>(StatusCodes.Status502BadGateway, "application/problem+json");

    private Task<IResult> StartAsync(Body<CreateBillingPortalSessionRequest> body, IdempotencyKey key, Scope scope, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Require(SubjectRef.IsValid(request.SubjectRef), "subject_ref", SubjectRef.Rule)
            .WebAddress(request.ReturnUrl, "return_url")
            .ThrowIfAny();

        IRepeatableAnswer? answer = null;
        return idempotency.RunAfterAsync(
            context, scope, key, body.Hash,
            async () => answer = await AskAsync(scope, request, context.RequestAborted).ConfigureAwait(false),
            _ => Task.FromResult(answer!));
    }

    private async Task<IRepeatableAnswer> AskAsync(Scope scope, CreateBillingPortalSessionRequest request, CancellationToken cancellationToken)
    {
        var (connection, customer) = await db.ReadAsync(
            async session => (
                await StripeConnectionStore.FindAsync(session, scope).ConfigureAwait(false),
                await StripeCustomerStore.FindAsync(session, scope, request.SubjectRef).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        if (connection is null)
        {
            return Refusal.Conflict(ErrorCodes.StripeNotConnected, $"Connect Stripe in {scope.Mode.ToWord()} mode first: PUT /portal/stripe/connection.");
        }

        if (customer is null)
        {
            return Refusal.Conflict(ErrorCodes.NoStripeCustomer, "The subject has never paid in this mode, so Stripe has nothing to show.");
        }

        // A new key for each visit: it guards the gateway's own retries, and no two visits share an address.
        var visit = await stripe.CreateBillingPortalSessionAsync(
            secrets.Key(connection), customer, request.ReturnUrl, $"licenzy-portal-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}", cancellationToken)
            .ConfigureAwait(false);
        return visit switch
        {
            { Value: { } made } => new JsonAnswer<BillingPortalSessionResponse>(new BillingPortalSessionResponse { Url = made.Url }),
            { Failure: { IsUnknownCustomer: true } } => await ForgetAsync(scope, request.SubjectRef, customer, cancellationToken).ConfigureAwait(false),
            { Failure: { IsUnreachable: false } failure } => new Refusal(
                StatusCodes.Status502BadGateway, ErrorCodes.StripeError,
                $"Stripe refused the visit: {failure.Code} (Stripe request {failure.RequestId ?? "unknown"}). Is the customer portal set up in Stripe's dashboard?"),
            _ => Refusal.Unavailable("Stripe could not be reached.", retryAfterSeconds: 2),
        };
    }

    // The next purchase makes a new one.
    private async Task<Refusal> ForgetAsync(Scope scope, string subjectRef, string customer, CancellationToken cancellationToken)
    {
        await db.WriteAsync(session => StripeCustomerStore.ForgetAsync(session, scope, subjectRef, customer), cancellationToken).ConfigureAwait(false);
        return Refusal.Conflict(ErrorCodes.NoStripeCustomer, "Stripe no longer knows the subject's customer; the next purchase makes a new one.");
    }
}
