using Licenzy.Checkout;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.StripeInbound;

/// <summary>What became of a purchase (CONTRACT §1).</summary>
internal static class CheckoutLookupEndpoints
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet(
                "/checkout/session/{attempt_id}",
                (RouteId attemptId, Caller caller, CheckoutLookup lookup, HttpContext context) =>
                    lookup.ReadAsync(caller.Scope, attemptId.Value, context.RequestAborted))
            .WithSummary("See what became of a purchase")
            .Produces<CheckoutAttemptResponse>()
            .Produces<LicenzyProblem>(StatusCodes.Status404NotFound, "application/problem+json");
}
