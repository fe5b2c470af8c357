namespace Licenzy.Server.Entitlements;

/// <summary>A row of <c>entitlements</c>, column by column.</summary>
internal sealed record EntitlementRow
{
    public required string WorkspaceId { get; init; }

    public required string Mode { get; init; }

    public required string SubjectRef { get; init; }

    public required string Id { get; init; }

    public required string ProductCode { get; init; }

    public required string Kind { get; init; }

    public required string Status { get; init; }

    public string? StatusCause { get; init; }

    public required string Source { get; init; }

    public required long Quantity { get; init; }

    public long? UnitsGranted { get; init; }

    public long? UnitsRemaining { get; init; }

    public long? UnitsUsed { get; init; }

    public long? UnitsHeld { get; init; }

    public required long StartsAt { get; init; }

    public long? ExpiresAt { get; init; }

    public long? EndedAt { get; init; }

    public string? PaymentBlock { get; init; }

    public long? BlockedAt { get; init; }

    public string? StripeSubscriptionId { get; init; }

    public string? StripeSubscriptionItemId { get; init; }

    public long? PeriodStart { get; init; }

    public long? PeriodEnd { get; init; }

    public long? CancelAt { get; init; }

    public long? CancelAtPeriodEndSince { get; init; }

    public string? StateHistory { get; init; }

    public long? GraceEndsAt { get; init; }

    public long? StripeAsOf { get; init; }

    public long? StripeCreatedAsOf { get; init; }

    public string? AttemptId { get; init; }

    public string? StripeCheckoutSessionId { get; init; }

    public string? StripePaymentIntentId { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }
}
