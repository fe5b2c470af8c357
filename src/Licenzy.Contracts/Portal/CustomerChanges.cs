namespace Licenzy.Portal;

/// <summary>One change of one right in a customer's history.</summary>
public sealed record CustomerChange
{
    /// <summary>The subject's version that the change made; changes made together share it.</summary>
    public required long Version { get; init; }

    /// <summary>When it took effect.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened, such as <c>checkout_finalized</c>, <c>subscription_updated</c> or <c>manual_revoke</c>.</summary>
    public required string Reason { get; init; }

    /// <summary><c>stripe</c>, <c>portal</c>, <c>runtime</c> or <c>clock</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What it came from: Stripe's event <c>evt_…</c>, a consumption <c>use_…</c>, or the right an operator changed.</summary>
    public required string CauseId { get; init; }

    /// <summary>Who: a key's or operator's id, or <c>stripe</c>; <see langword="null"/> of changes made before this was recorded.</summary>
    public required string? Actor { get; init; }

    /// <summary>The words an operator gave for it.</summary>
    public required string? Note { get; init; }

    /// <summary>The right that changed.</summary>
    public required string EntitlementId { get; init; }

    /// <summary>Its product after the change.</summary>
    public required string ProductCode { get; init; }

    /// <summary>Its status after the change.</summary>
    public required string Status { get; init; }

    /// <summary>Units left in it after the change; <see langword="null"/> where it has no units.</summary>
    public required long? UsageRemaining { get; init; }
}

/// <summary>One attempt to buy.</summary>
public sealed record CustomerCheckout
{
    /// <summary><c>att_</c> and a ULID.</summary>
    public required string AttemptId { get; init; }

    /// <summary>What was to be bought.</summary>
    public required string ProductCode { get; init; }

    /// <summary>How many.</summary>
    public required long Quantity { get; init; }

    /// <summary><c>created</c>, <c>completed</c>, <c>expired</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The right it became.</summary>
    public required string? EntitlementId { get; init; }

    /// <summary>Stripe's Checkout Session, <c>cs_…</c>.</summary>
    public required string? StripeCheckoutSessionId { get; init; }

    /// <summary>Stripe's price, <c>price_…</c>.</summary>
    public required string StripePriceId { get; init; }

    /// <summary>Until when it can be paid.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One row of a customer's ledger.</summary>
public sealed record CustomerUsage
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>grant</c>, <c>consume</c>, <c>hold</c>, <c>commit</c>, <c>release</c>, <c>reverse</c>, <c>expire</c> or <c>adjust</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How many units it is about.</summary>
    public long Amount { get; init; }

    /// <summary>What it did to the units left: below zero where they became fewer, 0 of a commit, whose units were taken by the hold.</summary>
    public required long Units { get; init; }

    /// <summary>Units left in the right afterwards.</summary>
    public required long BalanceAfter { get; init; }

    /// <summary>The right whose units moved.</summary>
    public required string EntitlementId { get; init; }

    /// <inheritdoc cref="CustomerChange.CauseId"/>
    public required string CauseId { get; init; }

    /// <summary>Who: a key's or operator's id, or <c>stripe</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The request it came with; of Stripe's events, the event.</summary>
    public required string RequestId { get; init; }
}
