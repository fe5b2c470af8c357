using System.Globalization;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Takes units: all or none, once a key (CONTRACT §1).</summary>
internal sealed class UsageEndpoints(UsageDesk desk, Ids ids, Leeway leeway, Meters meters)
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost(
                "/usage/consume",
                (Body<ConsumeUsageRequest> body, IdempotencyKey key, Caller caller, UsageEndpoints usage, HttpContext context) =>
                    usage.ConsumeAsync(body, key, caller, context))
            .WithSummary("Take units: all or none")
            .RequiringIdempotencyKey()
            .Produces<ConsumeUsageResponse>()
            .Produces<LicenzyProblem>(StatusCodes.Status409Conflict, "application/problem+json");

    private async Task<IResult> ConsumeAsync(Body<ConsumeUsageRequest> body, IdempotencyKey key, Caller caller, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Require(SubjectRef.IsValid(request.SubjectRef), "subject_ref", SubjectRef.Rule)
            .Range(request.Units, "units", 1, UsageRules.MaxUnits)
            .ThrowIfAny();
        var order = UsageOrder.Of(caller, context);
        var answer = await desk.RunAsync(
            context, key.Required(), body.Hash, new UsageMove(order, request.SubjectRef, subject => Consume(order, request.Units, subject))).ConfigureAwait(false);
        meters.Consumed(answer switch { JsonAnswer<ConsumeUsageResponse> => "taken", Refusal { Code: ErrorCodes.InsufficientUsage } => "insufficient", _ => "not_run" });
        return answer;
    }

    private UsageMoved Consume(UsageOrder order, long units, UsageSubject subject)
    {
        var outcome = UsageRules.Consume(subject.Held.Rights, units, subject.Now, leeway);
        if (!outcome.IsTaken)
            return UsageMoved.Not(Insufficient(units, outcome.Remaining), subject);
        var id = ids.New("use");
        var answer = new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse { Ok = true, Consumed = units, UsageRemaining = outcome.Remaining, ConsumptionId = id });
        return new UsageMoved(answer, new ChangeStep([.. outcome.Taken.Select(taken => taken.Change)], order.Cause(id, subject.Now)), subject.Held.HoldDueAt);
    }

    /// <summary>The refusal where fewer units are left than were asked for.</summary>
    public static Refusal Insufficient(long units, long left) => Refusal.Conflict(
        ErrorCodes.InsufficientUsage, string.Create(CultureInfo.InvariantCulture, $"Units asked for: {units}; left: {left}. Nothing was taken."));
}
