using System.Globalization;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;
using Licenzy.Server.Accounts;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Usage;

/// <summary>Takes a consumption back, once (CONTRACT §1).</summary>
internal sealed class ReverseEndpoints(UsageDesk desk, Leeway leeway)
{
    private const int LongestId = 40;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/usage/reverse", (Body<ReverseUsageRequest> body, IdempotencyKey key, Caller caller, ReverseEndpoints usage, HttpContext context) => usage.ReverseAsync(body, key, caller, context))
            .WithSummary("Take a consumption back, once, wholly or in part")
            .Produces<ReverseUsageResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    private Task<IResult> ReverseAsync(Body<ReverseUsageRequest> body, IdempotencyKey key, Caller caller, HttpContext context)
    {
        var request = body.Value;
        new FieldErrors()
            .Text(request.ConsumptionId, "consumption_id", LongestId)
            .Range(request.Units, "units", 1, UsageRules.MaxUnits)
            .ThrowIfAny();
        var order = UsageOrder.Of(caller, context);
        var move = new UsageMove(
            order, session => LedgerStore.FindConsumerAsync(session, order.Scope, request.ConsumptionId), (session, subject) => GiveBackAsync(session, order, request, subject));
        return desk.RunAsync(context, key, body.Hash, move with { ReadsLedger = true });
    }

    private async Task<UsageMoved> GiveBackAsync(Session session, UsageOrder order, ReverseUsageRequest request, UsageSubject subject)
    {
        var consumption = await LedgerStore.ConsumptionAsync(session, order.Scope, request.ConsumptionId).ConfigureAwait(false);
        var outcome = ReverseRules.Reverse(consumption, subject.Held.Rights, request.Units);
        if (outcome.Refusal is { } refusal)
        {
            return UsageMoved.Not(Refused(refusal, consumption), subject);
        }

        var answer = new JsonAnswer<ReverseUsageResponse>(new ReverseUsageResponse
        {
            Ok = true,
            Reversed = outcome.Units,
            UsageRemaining = UsageRules.Remaining(subject.Held.After(outcome.Changes).Rights, subject.Now, leeway),
            ConsumptionId = request.ConsumptionId,
        });
        return new UsageMoved(answer, new ChangeStep(outcome.Changes, order.Cause(request.ConsumptionId, subject.Now)), subject.Held.HoldDueAt);
    }

    private static Refusal Refused(ReverseRefusal refusal, Consumption consumption) => refusal == ReverseRefusal.AlreadyReversed
        ? Refusal.Conflict(ErrorCodes.AlreadyReversed, "The consumption was reversed before, wholly or in part: units come back once.")
        : Refusal.InvalidRequest("units", string.Create(CultureInfo.InvariantCulture, $"must be at most {consumption.Units}, which is what was consumed."));
}
