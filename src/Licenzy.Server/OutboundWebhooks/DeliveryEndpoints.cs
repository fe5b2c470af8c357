using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What became of each event, and letting it go again: for programs below <c>/v1</c>, for operators below <c>/portal</c> (CONTRACT §1).</summary>
internal sealed class DeliveryEndpoints(Idempotency idempotency, RequeueDesk desk)
{
    private const long MostAtOnce = 1000;

    /// <inheritdoc cref="WebhookEndpoints.Map"/>
    public static void Map(IEndpointRouteBuilder group, Action<RouteHandlerBuilder> described)
    {
        const string route = "/webhooks/outbound";
        described(group.MapGet(route, ListAsync)
            .WithSummary("Deliveries and what became of them, newest first")
            .WithQuery("status", Words.List<DeliveryStatus>()).WithQuery("type", string.Join(", ", WebhookEventTypes.All)).WithQuery("subject_ref", "only events about this subject")
            .WithQuery("since", "recorded then or later, such as 2026-11-30T12:00:00Z").WithQuery("until", "recorded before").WithPaging());
        described(group.MapGet(route + "/{id}", ShowAsync).WithSummary("One delivery with what it sends and each try").RefusingUnknown());
        described(group.MapPost(
                route + "/{id}/requeue",
                (RouteId target, IdempotencyKey key, WebhookCaller caller, DeliveryEndpoints deliveries, HttpContext context) => deliveries.RequeueAsync(target.Value, key, caller, context))
            .WithSummary("Let a failed or dead delivery go again from now")
            .Produces<WebhookDeliveryResponse>().RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict));
        described(group.MapPost(
                route + "/{id}/resend",
                (RouteId target, IdempotencyKey key, WebhookCaller caller, DeliveryEndpoints deliveries, HttpContext context) => deliveries.ResendAsync(target.Value, key, caller, context))
            .WithSummary("Deliver an event once more, whatever became of it")
            .Produces<WebhookDeliveryResponse>(StatusCodes.Status201Created).RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict));
        described(group.MapPost(
                route + "/requeue-dead",
                (Body<RequeueDeadWebhooksRequest> body, IdempotencyKey key, WebhookCaller caller, DeliveryEndpoints deliveries, HttpContext context) =>
                    deliveries.RequeueDeadAsync(body, key, caller, context))
            .WithSummary("Let dead deliveries go again, the oldest first")
            .Produces<RequeueDeadWebhooksResponse>().RefusingAlso(StatusCodes.Status409Conflict));
    }

    private static async Task<JsonAnswer<Page<WebhookDeliveryResponse>>> ListAsync(WebhookCaller caller, DeliveryFilter filter, Paging paging, Db db, CancellationToken cancellationToken)
    {
        var rows = await db.ReadAsync(
            session => DeliveryList.PageAsync(session, caller.Scope, filter, paging.Before, paging.Limit + 1), cancellationToken).ConfigureAwait(false);
        return new JsonAnswer<Page<WebhookDeliveryResponse>>(paging.Page(rows, row => row.Id, row => row.ToResponse()));
    }

    private static Task<JsonAnswer<WebhookDeliveryResponse>> ShowAsync(RouteId target, WebhookCaller caller, Db db, CancellationToken cancellationToken) =>
        db.ReadAsync(
            async session =>
            {
                // A delivery is removed before its event, never after it.
                var row = await DeliveryList.FindAsync(session, caller.Scope, target.Value).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);
                var payload = await DeliveryList.PayloadAsync(session, row).ConfigureAwait(false) ?? throw new RefusedException(Refusal.NotFound);
                var attempts = await DeliveryList.AttemptsAsync(session, row).ConfigureAwait(false);
                return new JsonAnswer<WebhookDeliveryResponse>(
                    row.ToResponse() with { Payload = DeliveryMapping.Payload(payload), AttemptLog = [.. attempts.Select(one => one.ToResponse())] });
            },
            cancellationToken);

    private Task<IResult> RequeueAsync(string id, IdempotencyKey key, WebhookCaller caller, HttpContext context) =>
        idempotency.RunAsync(context, caller.Scope, key, Idempotency.NoBody, session => desk.RequeueAsync(session, caller, id, context));

    private Task<IResult> ResendAsync(string id, IdempotencyKey key, WebhookCaller caller, HttpContext context) =>
        idempotency.RunAsync(context, caller.Scope, key, Idempotency.NoBody, session => desk.ResendAsync(session, caller, id, context));

    private Task<IResult> RequeueDeadAsync(Body<RequeueDeadWebhooksRequest> body, IdempotencyKey key, WebhookCaller caller, HttpContext context)
    {
        new FieldErrors().KnownType(body.Value.Type).Range(body.Value.Limit, "limit", 1, MostAtOnce).ThrowIfAny();
        return idempotency.RunAsync(context, caller.Scope, key, body.Hash, session => desk.RequeueDeadAsync(session, caller, body.Value, context));
    }
}
