using System.Text.Json;

namespace Licenzy.Access;

/// <summary>One right with everything known about it: the members of <see cref="EntitlementSummary"/> and, after them, where it came from.</summary>
public sealed record EntitlementResponse
{
    /// <inheritdoc cref="EntitlementSummary.Id"/>
    public required string Id { get; init; }

    /// <summary>The subject that holds the right.</summary>
    public required string SubjectRef { get; init; }

    /// <inheritdoc cref="EntitlementSummary.ProductCode"/>
    public required string ProductCode { get; init; }

    /// <inheritdoc cref="EntitlementSummary.Kind"/>
    public required string Kind { get; init; }

    /// <inheritdoc cref="EntitlementSummary.Status"/>
    public required string Status { get; init; }

    /// <inheritdoc cref="EntitlementSummary.Available"/>
    public required bool Available { get; init; }

    /// <inheritdoc cref="EntitlementSummary.AvailabilityReason"/>
    public required string AvailabilityReason { get; init; }

    /// <inheritdoc cref="EntitlementSummary.UsageRemaining"/>
    public required long? UsageRemaining { get; init; }

    /// <inheritdoc cref="EntitlementSummary.StartsAt"/>
    public required DateTimeOffset StartsAt { get; init; }

    /// <inheritdoc cref="EntitlementSummary.ExpiresAt"/>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <inheritdoc cref="EntitlementSummary.CurrentPeriodEnd"/>
    public required DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <inheritdoc cref="EntitlementSummary.CancelAtPeriodEnd"/>
    public required bool CancelAtPeriodEnd { get; init; }

    /// <inheritdoc cref="EntitlementSummary.GracePeriodEndsAt"/>
    public required DateTimeOffset? GracePeriodEndsAt { get; init; }

    /// <inheritdoc cref="EntitlementSummary.Features"/>
    public required IReadOnlyDictionary<string, JsonElement> Features { get; init; }

    /// <summary>Units granted (for a subscription: for its current period); <see langword="null"/> where the right has no units.</summary>
    public required long? UnitsGranted { get; init; }

    /// <summary>How many were bought at once, at least 1.</summary>
    public required long Quantity { get; init; }

    /// <summary><c>stripe</c> or <c>portal</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Why the status is what it is: <c>dunning, unpaid, refund, dispute, operator</c>, …; <see langword="null"/> where it needs no reason.</summary>
    public required string? StatusCause { get; init; }

    /// <summary>Stripe's Checkout Session that paid for it.</summary>
    public required string? StripeCheckoutSessionId { get; init; }

    /// <summary>Stripe's PaymentIntent that paid for it.</summary>
    public required string? StripePaymentIntentId { get; init; }

    /// <summary>Stripe's Subscription behind it.</summary>
    public required string? StripeSubscriptionId { get; init; }

    /// <summary>When the right was first recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
