using Dapper;
using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What is written when a try has ended.</summary>
internal sealed record DeliveryEnd
{
    // Both engines call the columns of a list of values column1, column2, …; the casts tell PostgreSQL what an absent value would have been.
    private static readonly (string Type, Func<DeliveryEnd, object?> Value)[] Columns =
    [
        ("text", end => end.Id), ("bigint", end => end.Number), ("bigint", end => end.Lease), ("text", end => end.Status), ("bigint", end => end.NextAttemptAt),
        ("bigint", end => end.HttpStatus), ("text", end => end.Error), ("bigint", end => end.EndedAt), ("bigint", end => end.IsSent ? end.EndedAt : null),
        ("bigint", end => end.DurationMs), ("text", end => end.Response),
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
        var arguments = new DynamicParameters(new { scope.WorkspaceId, Mode = scope.Mode.ToWord() });
        var rows = string.Join(", ", ends.Select((end, row) => $"({string.Join(", ", Columns.Select((column, i) => Add(arguments, $"p{row}_{i}", column.Value(end), column.Type)))})"));
        await session.ExecuteAsync(
            $"""
            update deliveries set status = v.column4, next_attempt_at = v.column5, leased_until = null, last_http_status = v.column6, last_error = v.column7,
                ended_at = v.column8, sent_at = v.column9
            from (values {rows}) as v
            where workspace_id = @WorkspaceId and mode = @Mode and id = v.column1 and attempts = v.column2 and leased_until = v.column3
            """,
            arguments).ConfigureAwait(false);
        await session.ExecuteAsync(
            $"""
            update delivery_attempts set duration_ms = v.column10, http_status = v.column6, error = v.column7, response = v.column11
            from (values {rows}) as v
            where workspace_id = @WorkspaceId and mode = @Mode and delivery_id = v.column1 and number = v.column2
            """,
            arguments).ConfigureAwait(false);
    }

    private static string Add(DynamicParameters arguments, string name, object? value, string type)
    {
        arguments.Add(name, value);
        return $"cast(@{name} as {type})";
    }
}
