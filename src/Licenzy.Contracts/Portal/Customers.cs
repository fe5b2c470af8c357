using Licenzy.Webhooks;

namespace Licenzy.Portal;

/// <summary>A customer in <c>GET /portal/customers</c>: a subject that bought, tried to buy, or was given something.</summary>
public sealed record CustomerSummary
{
    /// <summary>Your own id of the customer.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>What the access check says of the subject now.</summary>
    public required bool HasAccess { get; init; }

    /// <summary>The status of the best right, or <c>none</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The best right's reason, such as <c>past_due_grace_ended</c>; <c>no_entitlement</c> where there is no right.</summary>
    public required string Reason { get; init; }

    /// <summary>Grows with every change of the subject's rights; 0 while it never had one.</summary>
    public required long Version { get; init; }

    /// <summary>Stripe's customer, <c>cus_…</c>; <see langword="null"/> until a payment made one.</summary>
    public required string? StripeCustomerId { get; init; }

    /// <summary>When the subject was first heard of.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its rights last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary><c>GET /portal/customers/{subject_ref}</c>: why the customer may proceed or may not, and what came before.</summary>
public sealed record CustomerResponse
{
    /// <inheritdoc cref="CustomerSummary.SubjectRef"/>
    public required string SubjectRef { get; init; }

    /// <inheritdoc cref="CustomerSummary.Version"/>
    public required long Version { get; init; }

    /// <inheritdoc cref="CustomerSummary.StripeCustomerId"/>
    public required string? StripeCustomerId { get; init; }

    /// <inheritdoc cref="CustomerSummary.CreatedAt"/>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="CustomerSummary.UpdatedAt"/>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What the access check says now, and why.</summary>
    public required CustomerDecision Decision { get; init; }

    /// <summary>The subject's rights, ended ones included.</summary>
    public required CustomerSection<Access.EntitlementResponse> Entitlements { get; init; }

    /// <summary>What changed its rights.</summary>
    public required CustomerSection<CustomerChange> History { get; init; }

    /// <summary>Its attempts to buy.</summary>
    public required CustomerSection<CustomerCheckout> CheckoutAttempts { get; init; }

    /// <summary>Units given and taken: the ledger.</summary>
    public required CustomerSection<CustomerUsage> Usage { get; init; }

    /// <summary>What your webhook endpoint was told of the customer, newest first; <c>GET /portal/webhooks/outbound?subject_ref=</c> has all of it.</summary>
    public required CustomerSection<WebhookDeliveryResponse> Deliveries { get; init; }
}

/// <summary>May the customer proceed, why, and until when does that hold?</summary>
public sealed record CustomerDecision
{
    /// <summary>The same as <c>allowed</c> of the access check, always.</summary>
    public required bool Allowed { get; init; }

    /// <inheritdoc cref="CustomerSummary.Reason"/>
    public required string Reason { get; init; }

    /// <inheritdoc cref="CustomerSummary.Status"/>
    public required string Status { get; init; }

    /// <summary>The right that decided: the best one; <see langword="null"/> where there is none.</summary>
    public required string? EntitlementId { get; init; }

    /// <summary>The instant this answer holds for.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The earliest instant at which <see cref="Allowed"/> flips by time alone; <see langword="null"/> if never.</summary>
    public required DateTimeOffset? NextChangeAt { get; init; }
}

/// <summary>The newest entries of one sort, newest first.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record CustomerSection<T>
{
    /// <summary>At most 50 entries.</summary>
    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>Whether older entries are left out.</summary>
    public required bool Truncated { get; init; }
}
