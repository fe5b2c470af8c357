namespace Licenzy.Portal;

/// <summary><c>POST /portal/stripe/reconcile</c>: compares rights with Stripe, and mends them where told to.</summary>
public sealed record ReconcileStripeRequest
{
    /// <summary>Only report; default <see langword="true"/>.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Where to go on: <c>next_cursor</c> of the call before.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A part of a comparison with Stripe; the next call goes on where it ends.</summary>
public sealed record ReconcileStripeResponse
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>What was compared last: <c>subscriptions</c>, <c>sessions</c>, <c>refunds</c> or <c>disputes</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>How many objects were compared in this call.</summary>
    public required long Checked { get; init; }

    /// <summary>How many rights, attempts and payments were brought in line in this call.</summary>
    public required long Repaired { get; init; }

    /// <summary>What differs, in the order in which it was found.</summary>
    public required IReadOnlyList<StripeDriftResponse> Data { get; init; }

    /// <summary>Where the next call goes on; <see langword="null"/> at the end.</summary>
    public required string? NextCursor { get; init; }
}

/// <summary>One difference between Stripe and here.</summary>
public sealed record StripeDriftResponse
{
    /// <summary>
    /// <c>subscription_differs</c>, <c>subscription_missing_here</c>, <c>subscription_missing_at_stripe</c>, <c>price_unknown</c>, <c>session_paid</c>,
    /// <c>session_ended</c>, <c>session_missing_at_stripe</c>, <c>refund_unknown</c> or <c>dispute_unknown</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Stripe's object: a subscription, session, refund or dispute.</summary>
    public required string ObjectId { get; init; }

    /// <summary>Whose right it is, where that is known.</summary>
    public required string? SubjectRef { get; init; }

    /// <summary>The right.</summary>
    public required string? EntitlementId { get; init; }

    /// <summary>What stands here.</summary>
    public required string? Here { get; init; }

    /// <summary>What Stripe says.</summary>
    public required string? AtStripe { get; init; }

    /// <summary>What stands here once mended; <see langword="null"/> where a person has to decide.</summary>
    public required string? Repair { get; init; }

    /// <summary>Whether it was mended by this call.</summary>
    public required bool Repaired { get; init; }
}
