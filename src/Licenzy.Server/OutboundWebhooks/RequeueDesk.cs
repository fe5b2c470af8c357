using System.Globalization;
using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>
/// Lets deliveries go again, by a person's or a program's word. The endpoint is locked first: it is there until the end, and requests at once follow one another.
/// </summary>
internal sealed class RequeueDesk(AuditStore audit, Ids ids, TimeProvider clock)
{
    private const long MostAtOnce = 1000;

    // A receiver that has just come back is not to be knocked over.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    public static Refusal Disabled(EndpointRow? endpoint) => Refusal.Conflict(
        ErrorCodes.EndpointDisabled,
        endpoint is null ? "There is no endpoint any more to send to. Set one first." : $"The endpoint is disabled ({endpoint.DisabledReason}). Enable it first: \"enabled\": true.");

    /// <summary>The same delivery again, from now, with a fresh budget of tries.</summary>
    public async Task<IRepeatableAnswer> RequeueAsync(Session session, WebhookCaller caller, string id, HttpContext context)
    {
        var now = clock.GetUtcNow();
        var endpoint = await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false);
        if (await DeliveryList.FindAsync(session, caller.Scope, id).ConfigureAwait(false) is not { } before)
            return Refusal.NotFound;
        if (endpoint is null)
            return NotRequeueable("There is no endpoint any more to send it to. Set one first.");
        if (!await RequeueStore.TryRequeueAsync(session, endpoint, id, Instant.Millis(now)).ConfigureAwait(false))
            return NotRequeueable(before.Status is "failed" or "dead" ? "It is being sent at this moment." : $"It is {before.Status}; only failed and dead deliveries can be requeued. To repeat this one, resend it.");

        session.Wake(Outbox.Topic);
        await NoteAsync(session, caller, "webhook_delivery.requeued", id, $"{before.Type}, was {before.Status}", context).ConfigureAwait(false);
        return new JsonAnswer<WebhookDeliveryResponse>((await DeliveryList.FindAsync(session, caller.Scope, id).ConfigureAwait(false))!.ToResponse());
    }

    /// <summary>Another delivery of the same event, whatever became of the first.</summary>
    public async Task<IRepeatableAnswer> ResendAsync(Session session, WebhookCaller caller, string id, HttpContext context)
    {
        var endpoint = await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false);
        if (await DeliveryList.FindAsync(session, caller.Scope, id).ConfigureAwait(false) is not { } first || !await RequeueStore.HoldEventAsync(session, first).ConfigureAwait(false))
            return Refusal.NotFound;
        if (endpoint is not { DisabledAt: null })
            return Disabled(endpoint);

        var now = Instant.Millis(clock.GetUtcNow());
        var again = new DeliveryRow
        {
            WorkspaceId = first.WorkspaceId, Mode = first.Mode, Id = ids.New("dlv"), EndpointId = endpoint.Id, EventId = first.EventId, Type = first.Type,
            SubjectRef = first.SubjectRef, Status = Outbox.Pending, Attempts = 0, Tries = 0, NextAttemptAt = now, ResendOf = first.Id, CreatedAt = now,
        };
        DeliveryStore.Add(session, again);
        session.Wake(Outbox.Topic);
        await NoteAsync(session, caller, "webhook_delivery.resent", first.Id, $"{first.Type}, as {again.Id}", context).ConfigureAwait(false);
        return new JsonAnswer<WebhookDeliveryResponse>(again.ToResponse(), StatusCodes.Status201Created);
    }

    /// <summary>Dead ones again, the oldest first, one after the other and after those that go again already.</summary>
    public async Task<IRepeatableAnswer> RequeueDeadAsync(Session session, WebhookCaller caller, RequeueDeadWebhooksRequest request, HttpContext context)
    {
        if (await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false) is not { } endpoint)
            return NotRequeueable("There is no endpoint to send them to. Set one first.");
        var filter = new DeliveryFilter
        {
            Status = DeliveryStatus.Dead.ToWord(), Type = request.Type, Since = Instant.Millis(request.Since), Until = Instant.Millis(request.Until),
            IsWithoutTests = request.Type is null,
        };
        var (now, pace) = (Instant.Millis(clock.GetUtcNow()), (long)Pace.TotalMilliseconds);
        var last = await RequeueStore.LastDueAsync(session, caller.Scope).ConfigureAwait(false);
        var start = last is { } due && due + pace > now ? due + pace : now;
        var requeued = await RequeueStore.RequeueDeadAsync(session, endpoint, filter, request.Limit ?? MostAtOnce, start, pace).ConfigureAwait(false);
        if (requeued > 0)
        {
            session.Wake(Outbox.Topic);
            await NoteAsync(session, caller, "webhook_deliveries.requeued", endpoint.Id, string.Create(CultureInfo.InvariantCulture, $"{requeued} dead ones"), context).ConfigureAwait(false);
        }

        var remaining = await RequeueStore.CountAsync(session, caller.Scope, filter).ConfigureAwait(false);
        return new JsonAnswer<RequeueDeadWebhooksResponse>(new RequeueDeadWebhooksResponse { Requeued = requeued, Remaining = remaining });
    }

    private static Refusal NotRequeueable(string why) => Refusal.Conflict(ErrorCodes.NotRequeueable, why);

    private Task NoteAsync(Session session, WebhookCaller caller, string what, string target, string detail, HttpContext context) =>
        audit.AddAsync(session, caller.Scope, new AuditEntry(caller.Actor, what, target, detail), context);
}
