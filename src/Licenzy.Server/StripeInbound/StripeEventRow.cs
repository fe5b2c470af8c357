using Licenzy.Domain;
using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>A row of <c>stripe_events</c>.</summary>
internal sealed record StripeEventRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string Id { get; init; }

    public required string Type { get; init; }

    public string? ObjectId { get; init; }

    public required string Status { get; init; }

    public string? Note { get; init; }

    public string? LookKind { get; init; }

    public string? LookId { get; init; }

    public required long Tries { get; init; }

    public required byte[] Payload { get; init; }

    public required long EventCreatedAt { get; init; }

    /// <summary>Where it stands.</summary>
    public InboxStatus State => Words.Parse<InboxStatus>(Status);

    public Scope Scope => new(WorkspaceId, Words.Parse<Mode>(Mode));

    /// <summary>The look at Stripe that is owed.</summary>
    public StripeLook? Look => LookId is null ? null : new StripeLook(Words.Parse<StripeLookKind>(LookKind!), LookId, Note ?? "");
}
