using System.Text.Json.Serialization;

namespace Licenzy.Webhooks;

/// <summary><c>PUT /v1/webhooks/endpoint</c>: where a workspace wants to be told of changes, one address in each mode. It replaces what was there, but for the secret.</summary>
public sealed record SetWebhookEndpointRequest
{
    /// <summary>Where events are sent: an absolute address, https unless the operator of the server allows http, up to 2,048 characters.</summary>
    public required string Url { get; init; }

    /// <summary>Types of events, each once; all but <c>usage.consumed</c> where absent.</summary>
    public IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>A note for people, up to 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whether events are sent; default <see langword="true"/>. Those that wait stay while it is <see langword="false"/>; no new ones are recorded.</summary>
    public bool? Enabled { get; init; }
}

/// <summary><c>POST /v1/webhooks/endpoint/rotate-secret</c>: a new signing secret.</summary>
public sealed record RotateWebhookSecretRequest
{
    /// <summary>Hours that deliveries are signed with the former secret as well, 0 to 168; default 24.</summary>
    public long? OverlapHours { get; init; }
}

/// <summary>Where a workspace is told of changes.</summary>
public sealed record WebhookEndpointResponse
{
    /// <summary><c>whe_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <inheritdoc cref="SetWebhookEndpointRequest.Url"/>
    public required string Url { get; init; }

    /// <summary>The types it named; <see langword="null"/> for all but <c>usage.consumed</c>.</summary>
    public required IReadOnlyList<string>? EventTypes { get; init; }

    /// <summary>The note, where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>Whether events are sent.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why they are not: <c>operator</c> (told so), <c>gone</c> (it answered 410) or <c>failing</c> (days of nothing but failures).</summary>
    public required string? DisabledReason { get; init; }

    /// <summary>What deliveries are signed with, <c>whsec_</c> and Base64: only in the answer that made it. Keep it now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }

    /// <summary>The secret's prefix and last four characters.</summary>
    public required string SecretHint { get; init; }

    /// <summary>Until when deliveries are signed with the secret before it as well; only while they are. A rotation before then drops that secret at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PreviousSecretUntil { get; init; }

    /// <summary>When it was set first.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
