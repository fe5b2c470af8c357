namespace Licenzy.Domain.Entitlements;

/// <summary>The part of a right that follows a Stripe subscription item.</summary>
public sealed record SubscriptionTerms
{
    /// <summary>Stripe's subscription, <c>sub_…</c>.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Stripe's item, <c>si_…</c>; unknown until the first event of the subscription.</summary>
    public string? ItemId { get; init; }

    /// <summary>The start of the item's period; unknown is <see langword="null"/>, never 1970.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The end of the item's period; unknown is <see langword="null"/>, never 1970.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>
    /// Included units consumed or held in this period, whatever the quantity was meanwhile: fewer and more seats give nothing back. Below zero where
    /// an operator gave more than was granted.
    /// </summary>
    public long UnitsUsed { get; init; }

    /// <summary>The instant at which Stripe will cancel, where one is set.</summary>
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>Whether it ends with its period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>What was heard of its state, as far as a grace depends on it.</summary>
    public StateHistory History { get; init; } = StateHistory.None;

    /// <summary>When access drops while past_due; <see langword="null"/> otherwise.</summary>
    public DateTimeOffset? GraceEndsAt { get; init; }

    /// <summary>The <c>created</c> of the newest event applied, or when Stripe was asked: older news changes nothing.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether that was its first event, which anything else of the same second outranks.</summary>
    public bool IsCreation { get; init; }

    /// <summary>When it will end for lack of renewal: the scheduled cancel, or the period's end where it ends with it.</summary>
    public DateTimeOffset? ScheduledEnd =>
        (CancelAtPeriodEnd, CancelAt, PeriodEnd) switch
        {
            (true, { } at, { } end) => at < end ? at : end,
            (true, null, { } end) => end,
            (_, { } at, _) => at,
            _ => null,
        };

    /// <summary>
    /// Whether a cancellation is what decides about the end. A <c>cancel_at</c> beyond the period only caps a right that still renews until then.
    /// </summary>
    public bool IsCanceling => CancelAtPeriodEnd || (CancelAt is { } at && PeriodEnd is { } end && at <= end);
}
