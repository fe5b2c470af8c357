using Licenzy.Domain;
using Licenzy.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Where a workspace wants to be told, one in each mode. The secrets are sealed, see <see cref="EndpointSecrets"/>.</summary>
internal sealed record EndpointRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string Url { get; init; }

    public string? EventTypes { get; init; }

    public string? Description { get; init; }

    public required byte[] Secret { get; init; }

    public required string SecretHint { get; init; }

    public byte[]? PreviousSecret { get; init; }

    public long? PreviousSecretUntil { get; init; }

    public long? DisabledAt { get; init; }

    public string? DisabledReason { get; init; }

    public long? FailingSince { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));

    public IReadOnlyList<string>? Types => EventTypes?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether events of the type are sent there: those it names; unless it names any, all but <c>usage.consumed</c>, which comes with every call.</summary>
    public bool Takes(string type) => type == WebhookEventTypes.EndpointTest || (Types?.Contains(type, StringComparer.Ordinal) ?? type != WebhookEventTypes.UsageConsumed);
}
