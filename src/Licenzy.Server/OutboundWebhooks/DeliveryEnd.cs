using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What is written when a try has ended.</summary>
internal sealed record DeliveryEnd
{
    // Unless the delivery has meanwhile gone another way: then neither its count nor its lease is this try's.
    private static readonly RowSet<DeliveryEnd> Deliveries = RowSet<DeliveryEnd>.Write(
        (v, from) =>
            $"""
            update deliveries set status = {v("status")}, next_attempt_at = {v("next_attempt_at")}, leased_until = null, last_http_status = {v("http_status")},
                last_error = {v("error")}, ended_at = {v("ended_at")}, sent_at = {v("sent_at")}{from}
            where workspace_id = {v("ws")} and mode = {v("in_mode")} and id = {v("delivery")} and attempts = {v("attempt")} and leased_until = {v("lease")}
            """,
        ("ws", end => end.Scope.WorkspaceId), ("in_mode", end => end.Scope.Mode.ToWord()), ("delivery", end => end.Id), ("attempt", end => end.Number), ("lease", end => end.Lease),
        ("status", end => end.Status), ("next_attempt_at", end => end.NextAttemptAt), ("http_status", end => end.HttpStatus), ("error", end => end.Error),
        ("ended_at", end => end.EndedAt), ("sent_at", end => end.IsSent ? end.EndedAt : null));

    private static readonly RowSet<DeliveryEnd> Attempts = RowSet<DeliveryEnd>.Write(
        (v, from) =>
            $"""
            update delivery_attempts set duration_ms = {v("took")}, http_status = {v("http")}, error = {v("word")}, response = {v("said")}{from}
            where workspace_id = {v("ws")} and mode = {v("in_mode")} and delivery_id = {v("delivery")} and number = {v("attempt")}
            """,
        ("ws", end => end.Scope.WorkspaceId), ("in_mode", end => end.Scope.Mode.ToWord()), ("delivery", end => end.Id), ("attempt", end => end.Number),
        ("took", end => end.DurationMs), ("http", end => end.HttpStatus), ("word", end => end.Error), ("said", end => end.Response));

    public required Scope Scope { get; init; }

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

    public static void Write(Session session, DeliveryEnd end)
    {
        session.Put(Deliveries, end);
        session.Put(Attempts, end);
    }
}
