using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.StripeInbound;

/// <summary>The inbox, for operators: what Stripe sent, what became of it, and what a person can do about it (CONTRACT §2).</summary>
internal sealed class StripeEventEndpoints(Db db, Idempotency idempotency, BillingInbox inbox, StripeReplayDesk replays, StripeLinkDesk desk, AuditStore audit)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/stripe/events", ListAsync)
            .WithSummary("What Stripe sent and what became of it, newest first")
            .WithMode().WithQuery("status", Words.List<InboxStatus>()).WithQuery("type", "Stripe's type, such as invoice.paid").WithPaging();
        portal.MapGet("/stripe/events/{id}", ShowAsync).WithSummary("One event with what Stripe sent").WithMode().RefusingUnknown();
        portal.MapPost(
                "/stripe/events/{id}/replay",
                (StripeEventId target, PortalMode mode, IdempotencyKey key, PortalCaller caller, StripeEventEndpoints events, HttpContext context) =>
                    events.ReplayAsync(target.Value, key, caller, caller.In(mode.Value), context))
            .WithSummary("Apply an event again")
            .WithMode()
            .Produces<StripeEventResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        portal.MapPost(
                "/stripe/events/{id}/link",
                (StripeEventId target, PortalMode mode, Body<LinkStripeEventRequest> body, IdempotencyKey key, PortalCaller caller, StripeEventEndpoints events, HttpContext context) =>
                    events.LinkAsync(target.Value, body, key, caller, caller.In(mode.Value), context))
            .WithSummary("Say whose an unmatched event is")
            .WithMode()
            .Produces<StripeEventResponse>()
            .RefusingAlso(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway);
    }

    private static async Task<JsonAnswer<Page<StripeEventResponse>>> ListAsync(PortalCaller caller, PortalMode mode, Paging paging, Db db, HttpContext context)
    {
        var status = Asked(context, "status");
        var type = Asked(context, "type");
        var before = paging.Before is null ? null : StripeEventPosition.Parse(paging.Before);
        new FieldErrors()
            .Require(status is null || Words.Find<InboxStatus>(status) is not null, "status", $"must be one of: {Words.List<InboxStatus>()}.")
            .Text(type, "type", longest: 255)
            .Require(paging.Before is null || before is not null, "cursor", "must be a next_cursor that this list gave.")
            .ThrowIfAny();
        var rows = await db.ReadAsync(
            session => StripeEventList.PageAsync(session, caller.In(mode.Value), new StripeEventFilter(status, type), before, paging.Limit + 1), context.RequestAborted)
            .ConfigureAwait(false);
        return new JsonAnswer<Page<StripeEventResponse>>(paging.Page(rows, row => row.Position, row => row.ToResponse()));
    }

    private static async Task<JsonAnswer<StripeEventResponse>> ShowAsync(StripeEventId target, PortalCaller caller, PortalMode mode, Db db, HttpContext context) =>
        await db.ReadAsync(session => StripeEventList.FindAsync(session, caller.In(mode.Value), target.Value), context.RequestAborted).ConfigureAwait(false) is { } found
            ? new JsonAnswer<StripeEventResponse>(found.ToResponse())
            : throw new RefusedException(Refusal.NotFound);

    private async Task<IResult> ReplayAsync(string id, IdempotencyKey key, PortalCaller caller, Scope scope, HttpContext context)
    {
        try
        {
            return await idempotency.RunAsync(
                context, scope, key, Idempotency.NoBody,
                async session => await TellAsync(session, await replays.ReplayAsync(session, scope, id).ConfigureAwait(false), caller, context).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (RefusedException or StorageUnavailableException or OperationCanceledException))
        {
            // What cannot be applied is answered as what it is, an event that failed; the same key may try again.
            return await db.WriteAsync(
                async session => await TellAsync(session, await replays.FailedAsync(session, scope, id, failure).ConfigureAwait(false), caller, context).ConfigureAwait(false),
                context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            inbox.Signal.Set();
        }
    }

    private async Task<IRepeatableAnswer> TellAsync(Session session, (StripeEventRow Row, InboxState State) replayed, PortalCaller caller, HttpContext context)
    {
        var (row, state) = replayed;
        var entry = new AuditEntry(caller.Actor, "stripe_event.replayed", row.Id, $"{row.Type}: {row.Status}, now {state.Status.ToWord()}");
        await audit.AddAsync(session, row.Scope, entry, context).ConfigureAwait(false);
        return await StateAsync(session, row.Scope, row.Id).ConfigureAwait(false);
    }

    private async Task<IResult> LinkAsync(
        string id, Body<LinkStripeEventRequest> body, IdempotencyKey key, PortalCaller caller, Scope scope, HttpContext context)
    {
        var subjectRef = body.Value.SubjectRef;
        new FieldErrors().Require(SubjectRef.IsValid(subjectRef), "subject_ref", SubjectRef.Rule).ThrowIfAny();
        LinkTarget? target = null;
        var answer = await idempotency.RunAfterAsync(
            context, scope, key, body.Hash,
            async () => target = await desk.FindAsync(scope, id, context.RequestAborted).ConfigureAwait(false),
            async session =>
            {
                await desk.LinkAsync(session, scope, id, target!, subjectRef).ConfigureAwait(false);
                await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "stripe_event.linked", id, $"{string.Join(", ", target!.Objects)} to {subjectRef}"), context)
                    .ConfigureAwait(false);
                return await StateAsync(session, scope, id).ConfigureAwait(false);
            }).ConfigureAwait(false);
        inbox.Signal.Set();
        return answer;
    }

    private static async Task<IRepeatableAnswer> StateAsync(Session session, Scope scope, string id) =>
        new JsonAnswer<StripeEventResponse>(((await StripeEventList.FindAsync(session, scope, id).ConfigureAwait(false))! with { Payload = null }).ToResponse());

    private static string? Asked(HttpContext context, string name) => context.Request.Query[name] switch
    {
        [] => null,
        [{ } text] => text,
        _ => throw new RefusedException(Refusal.InvalidRequest(name, "must stand once.")),
    };
}
