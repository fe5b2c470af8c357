using System.Text.Json;
using System.Text.Json.Serialization;

namespace Licenzy.Webhooks;

/// <summary>One event on its way to the endpoint.</summary>
public sealed record WebhookDeliveryResponse
{
    /// <summary><c>dlv_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary><c>evt_</c> and a ULID: the header <c>webhook-id</c>, the same for every delivery of the event.</summary>
    public required string EventId { get; init; }

    /// <summary>One of <see cref="WebhookEventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary><c>pending</c>, <c>failed</c> (the last try failed, another is due), <c>dead</c> (no more by itself) or <c>sent</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Tries so far.</summary>
    public required long Attempts { get; init; }

    /// <summary>What the last try was answered; <see langword="null"/> where there was no answer.</summary>
    public required long? LastHttpStatus { get; init; }

    /// <summary>What was wrong with the last try; <see langword="null"/> where nothing was.</summary>
    public required string? LastError { get; init; }

    /// <summary>When the next try is due; <see langword="null"/> for none.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was accepted; <see langword="null"/> where it was not.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>The delivery that this one repeats.</summary>
    public required string? ResendOf { get; init; }

    /// <summary>The event as it is sent. Only where one delivery is read, never in a list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Payload { get; init; }

    /// <summary>Every try, oldest first. Only where one delivery is read, never in a list.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WebhookDeliveryAttempt>? AttemptLog { get; init; }
}

/// <summary>One try.</summary>
public sealed record WebhookDeliveryAttempt
{
    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The answer's status; <see langword="null"/> where there was none.</summary>
    public required long? HttpStatus { get; init; }

    /// <summary>What was wrong; <see langword="null"/> where nothing was, or the try has not ended.</summary>
    public required string? Error { get; init; }

    /// <summary>How long it took; <see langword="null"/> while it lasts, and where the server was stopped meanwhile.</summary>
    public required long? DurationMs { get; init; }
}

/// <summary>Which deliveries a list is about; all of them where nothing is named.</summary>
public sealed record WebhookDeliveryQuery
{
    /// <summary><c>pending</c>, <c>failed</c>, <c>dead</c> or <c>sent</c>.</summary>
    public string? Status { get; init; }

    /// <summary>One of <see cref="WebhookEventTypes"/>.</summary>
    public string? Type { get; init; }

    /// <summary>Your own id of the customer.</summary>
    public string? SubjectRef { get; init; }

    /// <summary>Recorded then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Recorded before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The length of a page, 1 to 100; 25 where absent.</summary>
    public int? Limit { get; init; }

    /// <summary><see cref="Page{T}.NextCursor"/> of the page before.</summary>
    public string? Cursor { get; init; }
}
