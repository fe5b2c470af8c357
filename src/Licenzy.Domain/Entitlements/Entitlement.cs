namespace Licenzy.Domain.Entitlements;

/// <summary>One right of one subject. What it means at an instant is decided by <see cref="EntitlementRules"/>, never stored.</summary>
public sealed record Entitlement
{
    /// <summary><c>ent_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>The product that gave the right; changes when a subscription changes its price.</summary>
    public required string ProductCode { get; init; }

    /// <summary>What sort of right it is.</summary>
    public required EntitlementKind Kind { get; init; }

    /// <summary>The status as the last change left it; time alone may have moved on, see <see cref="EntitlementRules.StatusAt"/>.</summary>
    public required EntitlementStatus Status { get; init; }

    /// <summary>Why the status is what it is.</summary>
    public StatusCause? StatusCause { get; init; }

    /// <summary>Who gave the right.</summary>
    public required EntitlementSource Source { get; init; }

    /// <summary>How many were bought at once, at least 1.</summary>
    public long Quantity { get; init; } = 1;

    /// <summary>Units granted (for a subscription: for its current period); <see langword="null"/> where the right has no units.</summary>
    public long? UnitsGranted { get; init; }

    /// <summary>Units left, never negative; <see langword="null"/> where the right has no units.</summary>
    public long? UnitsRemaining { get; init; }

    /// <summary>Units set aside by open holds, no longer part of what is left; <see langword="null"/> where there are none.</summary>
    public long? UnitsHeld { get; init; }

    /// <summary>When the right begins to hold.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When a pass, a pack or a granted subscription ends; a paid subscription's end stands in <see cref="Subscription"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it ended for good before its time: deleted, refunded, taken out. Nothing revives it.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Set while its payment is refunded or disputed; <see cref="Status"/> does not know of it.</summary>
    public PaymentBlock? Block { get; init; }

    /// <summary>What Stripe said of the subscription behind it; <see langword="null"/> for other rights.</summary>
    public SubscriptionTerms? Subscription { get; init; }

    /// <summary>The checkout attempt it was bought with, <c>att_</c> and a ULID.</summary>
    public string? AttemptId { get; init; }

    /// <summary>Stripe's Checkout Session that paid for it.</summary>
    public string? StripeCheckoutSessionId { get; init; }

    /// <summary>Stripe's PaymentIntent that paid for it.</summary>
    public string? StripePaymentIntentId { get; init; }

    /// <summary>When the right was first recorded.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
