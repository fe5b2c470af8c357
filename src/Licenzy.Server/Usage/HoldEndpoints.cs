using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Units set aside for work that may yet fail: held, then committed or released (CONTRACT §1).</summary>
internal sealed class HoldEndpoints(UsageDesk desk, HoldDesk holds, Meters meters)
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/usage/hold", (Body<HoldUsageRequest> body, IdempotencyKey key, Caller caller, HoldEndpoints holds, HttpContext context) => holds.HoldAsync(body, key, caller, context))
            .WithSummary("Set units aside: all or none")
            .Produces<HoldUsageResponse>()
            .RefusingAlso(StatusCodes.Status409Conflict);
        v1.MapPost(
                "/usage/hold/{id}/commit",
                (RouteId hold, Body<CommitHoldRequest> body, IdempotencyKey key, Caller caller, HoldEndpoints holds, HttpContext context) =>
                    holds.CommitAsync(hold.Value, body, key, caller, context))
            .WithSummary("Consume what is held, wholly or in part; the rest comes back")
            .Produces<ConsumeUsageResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        v1.MapPost(
                "/usage/hold/{id}/release",
                (RouteId hold, IdempotencyKey key, Caller caller, HoldEndpoints holds, HttpContext context) => holds.ReleaseAsync(hold.Value, key, caller, context))
            .WithSummary("Give back what is held")
            .Produces<ReleaseHoldResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private Task<IResult> HoldAsync(Body<HoldUsageRequest> body, IdempotencyKey key, Caller caller, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Require(SubjectRef.IsValid(request.SubjectRef), "subject_ref", SubjectRef.Rule)
            .Range(request.Units, "units", 1, UsageRules.MaxUnits)
            .Range(request.ExpiresInSeconds, "expires_in_seconds", 1, HoldRules.MaxSeconds)
            .ThrowIfAny();
        return desk.RunAsync(context, key, body.Hash, holds.Hold(UsageOrder.Of(caller, context), request));
    }

    private async Task<IResult> CommitAsync(string holdId, Body<CommitHoldRequest> body, IdempotencyKey key, Caller caller, HttpContext context)
    {
        new FieldErrors().Range(body.Value.Units, "units", 1, UsageRules.MaxUnits).ThrowIfAny();
        var answer = await desk.RunAsync(context, key, body.Hash, holds.Commit(UsageOrder.Of(caller, context), holdId, body.Value.Units)).ConfigureAwait(false);
        meters.Consumed(answer is JsonAnswer<ConsumeUsageResponse> ? "taken" : "not_run");
        return answer;
    }

    private Task<IResult> ReleaseAsync(string holdId, IdempotencyKey key, Caller caller, HttpContext context) =>
        desk.RunAsync(context, key, Idempotency.NoBody, holds.Release(UsageOrder.Of(caller, context), holdId));
}
