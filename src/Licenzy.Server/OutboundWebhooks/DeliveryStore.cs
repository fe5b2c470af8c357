using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Deliveries: what is on its way, and what became of it.</summary>
internal static class DeliveryStore
{
    internal const string Columns = """
        workspace_id, mode, id, endpoint_id, event_id, type, subject_ref, status, attempts, tries, next_attempt_at, leased_until, last_http_status, last_error,
        resend_of, created_at, sent_at, ended_at
        """;

    private static readonly RowSet<DeliveryRow> Deliveries = RowSet<DeliveryRow>.Insert(
        "deliveries",
        ("workspace_id", row => row.WorkspaceId), ("mode", row => row.Mode), ("id", row => row.Id), ("endpoint_id", row => row.EndpointId), ("event_id", row => row.EventId),
        ("type", row => row.Type), ("subject_ref", row => row.SubjectRef), ("status", row => row.Status), ("attempts", row => row.Attempts), ("tries", row => row.Tries),
        ("next_attempt_at", row => row.NextAttemptAt), ("leased_until", row => row.LeasedUntil), ("last_http_status", row => row.LastHttpStatus),
        ("last_error", row => row.LastError), ("resend_of", row => row.ResendOf), ("created_at", row => row.CreatedAt), ("sent_at", row => row.SentAt),
        ("ended_at", row => row.EndedAt));

    public static void Add(Session session, DeliveryRow row) => session.Put(Deliveries, row);
}
