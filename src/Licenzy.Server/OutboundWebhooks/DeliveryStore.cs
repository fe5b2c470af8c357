using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Deliveries: what is on its way, and what became of it.</summary>
internal static class DeliveryStore
{
    internal const string Columns = """
        workspace_id, mode, id, endpoint_id, event_id, type, subject_ref, status, attempts, tries, next_attempt_at, leased_until, last_http_status, last_error,
        resend_of, created_at, sent_at, ended_at
        """;

    public static Task AddAsync(Session session, DeliveryRow row) =>
        session.ExecuteAsync(
            $"""
            insert into deliveries ({Columns})
            values (@WorkspaceId, @Mode, @Id, @EndpointId, @EventId, @Type, @SubjectRef, @Status, @Attempts, @Tries, @NextAttemptAt, @LeasedUntil, @LastHttpStatus,
                @LastError, @ResendOf, @CreatedAt, @SentAt, @EndedAt)
            """,
            row);
}
