using Licenzy.Access;
using Licenzy.Domain;
using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Portal;
using Licenzy.Server.Access;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Products;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Rights given by hand (CONTRACT §2).</summary>
internal sealed class GrantEndpoints(Idempotency idempotency, ChangeWriter writer, AuditStore audit, Ids ids, Leeway leeway, RuleClock clock)
{
    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapPost(
                "/customers/{subject_ref}/grants",
                (SubjectRef subjectRef, PortalMode mode, Body<GrantRequest> body, IdempotencyKey key, PortalCaller caller, GrantEndpoints grants, HttpContext context) =>
                    grants.GrantAsync(subjectRef.Value, mode, body, key, caller, context))
            .WithSummary("Give a right by hand")
            .WithMode()
            .Produces<EntitlementResponse>(StatusCodes.Status201Created)
            .Produces<LicenzyProblem>(StatusCodes.Status404NotFound, "application/problem+json");

    private Task<IResult> GrantAsync(
        string subjectRef, PortalMode mode, Body<GrantRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var (request, scope) = (body.Value, caller.In(mode.Value));
        new FieldErrors()
            .Text(request.ProductCode, "product_code", longest: 64)
            .Range(request.Units, "units", 1, UsageRules.MaxUnits)
            .Text(request.Reason, "reason", longest: 500)
            .ThrowIfAny();

        return idempotency.RunAsync(context, scope, key, body.Hash, async session =>
        {
            var now = await clock.NowAsync(session, scope).ConfigureAwait(false);
            // Here, since it was true of the first request: a repeat after that end hears its answer all the same.
            new FieldErrors().Future(request.ExpiresAt, "expires_at", now).ThrowIfAny();
            if (await ProductStore.FindAsync(session, scope, request.ProductCode).ConfigureAwait(false) is not { } product)
            {
                return new Refusal(StatusCodes.Status404NotFound, ErrorCodes.ProductNotFound, $"There is no product of that code in {scope.Mode.ToWord()} mode.");
            }

            if (request.Units is not null && product.Terms is { Kind: EntitlementKind.TimePass } or { Kind: EntitlementKind.Subscription, Units: null })
            {
                return Refusal.InvalidRequest("units", $"{product.ProductCode} has no units.");
            }

            var held = await EntitlementStore.LockAsync(session, scope, subjectRef, now).ConfigureAwait(false);
            var change = GrantRules.Give(new Grant(product.Terms, request.Units, request.ExpiresAt), held.Rights, ids.New("ent"), now);
            var cause = new Cause(ChangeSource.Portal, change.After.Id, now, caller.Actor, RequestFrame.RequestId(context), request.Reason);
            await writer.WriteAsync(session, scope, subjectRef, held, [change], cause).ConfigureAwait(false);
            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "grant.created", change.After.Id, $"{product.ProductCode} for {subjectRef}: {request.Reason}"), context)
                .ConfigureAwait(false);

            var view = AccessRules.Summarise([change.After], now, leeway).Rights[0];
            return new JsonAnswer<EntitlementResponse>(view.ToResponse(subjectRef, now), StatusCodes.Status201Created);
        });
    }
}
