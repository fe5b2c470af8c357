using Licenzy.Domain;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>One event on its way to one endpoint.</summary>
internal sealed record DeliveryRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string EndpointId { get; init; }

    public required string EventId { get; init; }

    public required string Type { get; init; }

    public string? SubjectRef { get; init; }

    public required string Status { get; init; }

    /// <summary>All tries so far; one is counted before it is sent.</summary>
    public required long Attempts { get; init; }

    /// <summary>Those of the present budget, which a requeue begins anew.</summary>
    public required long Tries { get; init; }

    public long? NextAttemptAt { get; init; }

    public long? LeasedUntil { get; init; }

    public long? LastHttpStatus { get; init; }

    public string? LastError { get; init; }

    public string? ResendOf { get; init; }

    public required long CreatedAt { get; init; }

    public long? SentAt { get; init; }

    public long? EndedAt { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));
}
