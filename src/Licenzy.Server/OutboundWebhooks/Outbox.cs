using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Json;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Something to tell, before it has an id.</summary>
internal sealed record Announcement(string Type, WebhookEventData Data);

/// <summary>
/// Puts events and their deliveries beside the change they tell of, in its transaction: either both are there or neither. Only what the endpoint
/// subscribes to is written, and nothing while it is disabled.
/// </summary>
internal sealed class Outbox(Ids ids, TimeProvider clock)
{
    /// <summary>Woken after the commit of anything that is due at once.</summary>
    public const string Topic = "deliveries";

    public const string Pending = "pending";

    private static readonly RowSet<(DeliveryRow Delivery, byte[] Payload)> Events = RowSet<(DeliveryRow Delivery, byte[] Payload)>.Insert(
        "outbound_events",
        ("workspace_id", one => one.Delivery.WorkspaceId), ("mode", one => one.Delivery.Mode), ("id", one => one.Delivery.EventId), ("type", one => one.Delivery.Type),
        ("subject_ref", one => one.Delivery.SubjectRef), ("payload", one => one.Payload), ("created_at", one => one.Delivery.CreatedAt));

    /// <param name="session">The transaction of what happened.</param>
    /// <param name="scope">Where.</param>
    /// <param name="news">What.</param>
    /// <param name="at">When it happened, by the clock of the rules; it is sent by the server's own.</param>
    public Task AddAsync(Session session, Scope scope, IReadOnlyList<Announcement> news, DateTimeOffset at) =>
        news.Count == 0 ? Task.CompletedTask : AddAsync(session, scope, () => news, at);

    /// <summary>The same, worked out only where somebody is to be told.</summary>
    public async Task AddAsync(Session session, Scope scope, Func<IReadOnlyList<Announcement>> news, DateTimeOffset at)
    {
        if (await ListenerAsync(session, scope).ConfigureAwait(false) is not { DisabledAt: null } endpoint)
            return;
        foreach (var one in news().Where(one => endpoint.Takes(one.Type)))
            Add(session, endpoint, one, at);
    }

    /// <summary>Who is to be told; read once in a transaction, best before anything is put: what waits would be written first.</summary>
    public static Task<EndpointRow?> ListenerAsync(Session session, Scope scope) => session.OnceAsync(scope, () => EndpointStore.FindAsync(session, scope));

    /// <summary>One event to this endpoint, and its delivery, due now.</summary>
    public DeliveryRow Add(Session session, EndpointRow endpoint, Announcement news, DateTimeOffset at)
    {
        var told = new WebhookEvent { Id = ids.New("evt"), Type = news.Type, Timestamp = at, Data = news.Data };
        var now = Instant.Millis(clock.GetUtcNow());
        var delivery = new DeliveryRow
        {
            WorkspaceId = endpoint.WorkspaceId, Mode = endpoint.Mode, Id = ids.New("dlv"), EndpointId = endpoint.Id, EventId = told.Id, Type = told.Type,
            SubjectRef = told.Data.SubjectRef, Status = Pending, Attempts = 0, Tries = 0, NextAttemptAt = now, CreatedAt = now,
        };
        session.Put(Events, (delivery, JsonSerializer.SerializeToUtf8Bytes(told, LicenzyJson.Default.WebhookEvent)));
        DeliveryStore.Add(session, delivery);
        session.Wake(Topic);
        return delivery;
    }
}
