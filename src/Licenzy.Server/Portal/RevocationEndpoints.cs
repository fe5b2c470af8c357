using Licenzy.Access;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Rights taken back by hand, whoever gave them (CONTRACT §2).</summary>
internal static class RevocationEndpoints
{
    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapPost("/customers/{subject_ref}/grants/{entitlement_id}/revoke", RevokeAsync)
            .WithSummary("Take a right back, whoever gave it")
            .WithMode()
            .Produces<EntitlementResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private static Task<IResult> RevokeAsync(
        SubjectRef subjectRef, RouteId entitlement, PortalMode mode, Body<RevokeGrantRequest> body, IdempotencyKey key, PortalCaller caller, RightDesk desk,
        HttpContext context)
    {
        new FieldErrors().Text(body.Value.Reason, "reason", longest: 500).ThrowIfAny();
        var order = new RightOrder(caller.In(mode.Value), subjectRef.Value, entitlement.Value, "entitlement.revoked", body.Value.Reason);
        return desk.ChangeAsync(order, key, body.Hash, caller, Decide, context);
    }

    private static RightDecision Decide(Entitlement right, IReadOnlyList<Entitlement> held, DateTimeOffset now) => GrantRules.Revoke(right, now) is { } change
        ? new RightDecision(change.Settled(held), "took back", null)
        : new RightDecision([], "", RightDesk.Over(right));
}
