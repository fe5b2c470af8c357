using System.Globalization;
using Licenzy.Access;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Portal;

/// <summary>Balances corrected by hand, never below zero (CONTRACT §2).</summary>
internal static class AdjustmentEndpoints
{
    private const int LongestId = 40;

    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapPost("/customers/{subject_ref}/usage-adjustments", AdjustAsync)
            .WithSummary("Correct the units left in a right")
            .WithMode()
            .Produces<EntitlementResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private static Task<IResult> AdjustAsync(
        SubjectRef subjectRef, PortalMode mode, Body<AdjustUsageRequest> body, IdempotencyKey key, PortalCaller caller, RightDesk desk, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Text(request.EntitlementId, "entitlement_id", LongestId)
            .Range(request.Units, "units", -UsageRules.MaxUnits, UsageRules.MaxUnits)
            .Require(request.Units != 0, "units", "must not be 0: nothing would change.")
            .Text(request.Reason, "reason", longest: 500)
            .ThrowIfAny();
        var order = new RightOrder(caller.In(mode.Value), subjectRef.Value, request.EntitlementId, "usage.adjusted", request.Reason);
        return desk.ChangeAsync(order, key, body.Hash, caller, (right, _, now) => Decide(right, request.Units, now), context);
    }

    private static RightDecision Decide(Entitlement right, long units, DateTimeOffset now)
    {
        var (change, refusal) = AdjustRules.Adjust(right, units, now);
        return new RightDecision(change is null ? [] : [change], string.Create(CultureInfo.InvariantCulture, $"{units:+0;-0} units in"), refusal switch
        {
            null => null,
            AdjustRefusal.NoUnits => Refusal.InvalidRequest("entitlement_id", $"is a right to {right.ProductCode}, which has no units."),
            AdjustRefusal.TooMany => Refusal.InvalidRequest("units", "would make more units than there are numbers for."),
            AdjustRefusal.Insufficient => Refusal.Conflict(ErrorCodes.InsufficientUsage, string.Create(
                CultureInfo.InvariantCulture, $"Units to be taken: {-units}; left: {right.UnitsRemaining}. Nothing was taken.")),
            _ => RightDesk.Over(right),
        });
    }
}
