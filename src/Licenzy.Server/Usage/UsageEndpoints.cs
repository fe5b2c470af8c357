using System.Globalization;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Storage;
using Licenzy.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Takes units: all or none, once a key (CONTRACT §1).</summary>
internal sealed class UsageEndpoints(Idempotency idempotency, UsageSubjects subjects, ChangeWriter writer, Ids ids, Leeway leeway, Meters meters)
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
        var answer = await idempotency.RunAsync(
            context, caller.Scope, key.Required(), body.Hash, session => TakeAsync(session, caller, request, RequestFrame.RequestId(context))).ConfigureAwait(false);
        meters.Consumed(answer switch { JsonAnswer<ConsumeUsageResponse> => "taken", Refusal { Code: ErrorCodes.InsufficientUsage } => "insufficient", _ => "not_run" });
        return answer;
    }

    private async Task<IRepeatableAnswer> TakeAsync(Session session, Caller caller, ConsumeUsageRequest request, string requestId)
    {
        var subject = await subjects.LockAsync(session, caller.Scope, request.SubjectRef).ConfigureAwait(false);
        var cause = new Cause(ChangeSource.Runtime, ids.New("use"), subject.Now, caller.Actor, requestId);
        var outcome = UsageRules.Consume(subject.Held.Rights, request.Units, cause.At, leeway);
        if (!outcome.IsTaken)
        {
            return Insufficient(request.Units, outcome.Remaining);
        }

        await writer.WriteAsync(
            session, caller.Scope, request.SubjectRef, subject.Held, [.. outcome.Taken.Select(taken => taken.Change)], cause).ConfigureAwait(false);
        return new JsonAnswer<ConsumeUsageResponse>(new ConsumeUsageResponse
        {
            Ok = true,
            Consumed = request.Units,
            UsageRemaining = outcome.Remaining,
            ConsumptionId = cause.Id,
        });
    }

    /// <summary>The refusal where fewer units are left than were asked for.</summary>
    public static Refusal Insufficient(long units, long left) => Refusal.Conflict(
        ErrorCodes.InsufficientUsage, string.Create(CultureInfo.InvariantCulture, $"Units asked for: {units}; left: {left}. Nothing was taken."));
}
