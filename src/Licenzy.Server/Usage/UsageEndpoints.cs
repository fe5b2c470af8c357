using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Takes units: all or none, once a key (CONTRACT §1).</summary>
internal sealed class UsageEndpoints(ConsumeDesk desk, Meters meters)
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
        var answer = await desk.ConsumeAsync(request, caller, key.Required().Value!, body.Hash, context).ConfigureAwait(false);
        meters.Consumed(answer switch { JsonAnswer<ConsumeUsageResponse> => "taken", Refusal { Code: ErrorCodes.InsufficientUsage } => "insufficient", _ => "not_run" });
        return answer;
    }
}
