using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What is written when a try has ended.</summary>
internal sealed record DeliveryEnd
{
    private static readonly (string Name, string Type)[] Columns =
    [
        ("id", "text"), ("number", "bigint"), ("lease", "bigint"), ("status", "text"), ("next_attempt_at", "bigint"), ("http_status", "bigint"), ("error", "text"),
        ("ended_at", "bigint"), ("sent_at", "bigint"), ("duration_ms", "bigint"), ("response", "text"),
    ];

    public required string Id { get; init; }

    public required long Number { get; init; }

    public required long? Lease { get; init; }

    public required string Status { get; init; }

    public required bool IsSent { get; init; }

    public long? NextAttemptAt { get; init; }

    public long? HttpStatus { get; init; }

    public string? Error { get; init; }

    public string? Response { get; init; }

    public required long DurationMs { get; init; }

    public long? EndedAt { get; init; }

    /// <summary>Writes many at once, each unless its delivery has meanwhile gone another way.</summary>
    public static async Task WriteAsync(Session session, Scope scope, IReadOnlyList<DeliveryEnd> ends)
    {
        if (ends.Count == 0)
            return;
        var rows = RowsJson.Of(
            ends,
            end => end.Id, end => end.Number, end => end.Lease, end => end.Status, end => end.NextAttemptAt, end => end.HttpStatus, end => end.Error,
            end => end.EndedAt, end => end.IsSent ? end.EndedAt : null, end => end.DurationMs, end => end.Response);
        var arguments = new { scope.WorkspaceId, Mode = scope.Mode.ToWord(), rows };
        var table = session.Dialect.Rows("@rows", Columns);
        await session.ExecuteAsync(
            $"""
            with v as materialized {table}
            update deliveries set status = v.status, next_attempt_at = v.next_attempt_at, leased_until = null, last_http_status = v.http_status, last_error = v.error,
                ended_at = v.ended_at, sent_at = v.sent_at
            from v
            where workspace_id = @WorkspaceId and mode = @Mode and deliveries.id = v.id and attempts = v.number and leased_until = v.lease
            """,
            arguments).ConfigureAwait(false);
        await session.ExecuteAsync(
            $"""
            with v as materialized {table}
            update delivery_attempts set duration_ms = v.duration_ms, http_status = v.http_status, error = v.error, response = v.response
            from v
            where workspace_id = @WorkspaceId and mode = @Mode and delivery_id = v.id and delivery_attempts.number = v.number
            """,
            arguments).ConfigureAwait(false);
    }
}
