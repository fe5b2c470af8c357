using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Where a workspace is told of changes, one endpoint in each mode: for programs below <c>/v1</c>, for operators below <c>/portal</c> (CONTRACT §1).</summary>
internal sealed class WebhookEndpoints(Db db, Idempotency idempotency, EndpointDesk desk, TargetCheck targets, Outbox outbox, TimeProvider clock)
{
    private const long LongestOverlapHours = 168;
    private const int AtOnce = 1000;

    /// <summary>The routes of one door.</summary>
    /// <param name="group"><c>/v1</c> or <c>/portal</c>.</param>
    /// <param name="described">What each of them says of itself beyond its summary.</param>
    public static void Map(IEndpointRouteBuilder group, Action<RouteHandlerBuilder> described)
    {
        const string route = "/webhooks/endpoint";
        described(group.MapGet(route, ShowAsync).WithSummary("Where events are sent").RefusingUnknown());
        described(group.MapMethods(
                route,
                [HttpMethods.Put, HttpMethods.Post],
                (Body<SetWebhookEndpointRequest> body, IdempotencyKey key, WebhookCaller caller, WebhookEndpoints endpoints, HttpContext context) =>
                    endpoints.SaveAsync(body, key, caller, context))
            .WithSummary("Set where events are sent; only the answer that makes the endpoint shows its secret")
            .Produces<WebhookEndpointResponse>().RefusingAlso(StatusCodes.Status409Conflict));
        described(group.MapDelete(route, (WebhookCaller caller, WebhookEndpoints endpoints, HttpContext context) => endpoints.DeleteAsync(caller, context))
            .WithSummary("Send nothing any more; what waits is dead").Produces(StatusCodes.Status204NoContent).RefusingUnknown());
        described(group.MapPost(
                route + "/rotate-secret",
                (Body<RotateWebhookSecretRequest> body, IdempotencyKey key, WebhookCaller caller, WebhookEndpoints endpoints, HttpContext context) =>
                    endpoints.RotateAsync(body, key, caller, context))
            .WithSummary("Make a new signing secret; the answer is the only place it is shown")
            .Produces<WebhookEndpointResponse>().RefusingUnknown());
        described(group.MapPost(
                route + "/test",
                (IdempotencyKey key, WebhookCaller caller, WebhookEndpoints endpoints, HttpContext context) => endpoints.TestAsync(key, caller, context))
            .WithSummary("Send an endpoint.test event")
            .Produces<WebhookDeliveryResponse>(StatusCodes.Status201Created)
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict));
    }

    private static async Task<JsonAnswer<WebhookEndpointResponse>> ShowAsync(WebhookCaller caller, Db db, TimeProvider clock, CancellationToken cancellationToken) =>
        await db.ReadAsync(session => EndpointStore.FindAsync(session, caller.Scope), cancellationToken).ConfigureAwait(false) is { } found
            ? new JsonAnswer<WebhookEndpointResponse>(found.ToResponse(clock.GetUtcNow()))
            : throw new RefusedException(EndpointDesk.None(caller));

    private Task<IResult> SaveAsync(Body<SetWebhookEndpointRequest> body, IdempotencyKey key, WebhookCaller caller, HttpContext context)
    {
        EndpointMapping.Check(body.Value);
        return idempotency.RunAfterAsync(
            context, caller.Scope, key, body.Hash,
            () => CheckTargetAsync(caller.Scope, body.Value.Url, context.RequestAborted),
            session => desk.SaveAsync(session, caller, body.Value, context));
    }

    // Before the transaction, since a name is looked up. An address that is there already may always be saved again, such as to disable it.
    private async Task CheckTargetAsync(Scope scope, string url, CancellationToken cancellationToken)
    {
        var known = await db.ReadAsync(session => EndpointStore.FindAsync(session, scope), cancellationToken).ConfigureAwait(false);
        if (known?.Url != url && await targets.CheckAsync(url, scope.Mode, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            throw new RefusedException(new Refusal(StatusCodes.Status400BadRequest, fault.Code, $"url: {fault.Message}")
            {
                Errors = [new FieldError { Field = "url", Message = fault.Message }],
            });
        }
    }

    private async Task<IResult> DeleteAsync(WebhookCaller caller, HttpContext context)
    {
        var endpoint = await db.WriteAsync(session => desk.DeleteAsync(session, caller, context), context.RequestAborted).ConfigureAwait(false);
        // A part at a time: much may have waited, and other writers have their turn in between. What a crash leaves, the dispatcher buries.
        while (await db.WriteAsync(session => RequeueStore.EndAsync(session, endpoint, Instant.Millis(clock.GetUtcNow()), AtOnce), CancellationToken.None).ConfigureAwait(false) == AtOnce)
        {
        }

        return Results.NoContent();
    }

    private Task<IResult> RotateAsync(Body<RotateWebhookSecretRequest> body, IdempotencyKey key, WebhookCaller caller, HttpContext context)
    {
        new FieldErrors().Range(body.Value.OverlapHours, "overlap_hours", 0, LongestOverlapHours).ThrowIfAny();
        return idempotency.RunAsync(context, caller.Scope, key, body.Hash, session => desk.RotateAsync(session, caller, body.Value.OverlapHours, context));
    }

    private Task<IResult> TestAsync(IdempotencyKey key, WebhookCaller caller, HttpContext context) =>
        idempotency.RunAsync(context, caller.Scope, key, Idempotency.NoBody, async session =>
        {
            if (await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false) is not { } endpoint)
                return EndpointDesk.None(caller);
            if (endpoint.DisabledAt is not null)
                return RequeueDesk.Disabled(endpoint);
            var data = new WebhookEventData
            {
                WorkspaceId = caller.Scope.WorkspaceId, Mode = caller.Scope.Mode.ToWord(), Source = caller.Source, Reason = "endpoint_test", ActorUserId = caller.Actor,
            };
            var delivery = outbox.Add(session, endpoint, new Announcement(WebhookEventTypes.EndpointTest, data), clock.GetUtcNow());
            return new JsonAnswer<WebhookDeliveryResponse>(delivery.ToResponse(), StatusCodes.Status201Created);
        });
}
