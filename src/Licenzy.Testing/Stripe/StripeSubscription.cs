namespace Licenzy.Testing;

/// <summary>A subscription's state at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeSubscription
{
    /// <summary>The subscription's id, <c>sub_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("sub_1");

    /// <summary>The customer, <c>cus_…</c>.</summary>
    public string Customer { get; init; } = StripeIds.New("cus_", 14);

    /// <summary>Stripe's status: <c>incomplete</c>, <c>trialing</c>, <c>active</c>, <c>past_due</c>, <c>unpaid</c>, <c>paused</c>, <c>canceled</c> …</summary>
    public string Status { get; init; } = "active";

    /// <summary>What is subscribed to.</summary>
    public IReadOnlyList<StripeLineItem> Items { get; init; } = [];

    /// <summary>What the checkout gave as <c>subscription_data[metadata]</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>When the subscription was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>The start of the current period.</summary>
    public DateTimeOffset PeriodStart { get; init; } = StripeEvents.SampleInstant;

    /// <summary>The end of the current period.</summary>
    public DateTimeOffset PeriodEnd { get; init; } = StripeEvents.SampleInstant.AddMonths(1);

    /// <summary>When the trial began, if there is or was one.</summary>
    public DateTimeOffset? TrialStart { get; init; }

    /// <summary>When the trial ends or ended.</summary>
    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>The instant that periods are counted from, where it is neither the trial's end nor the creation.</summary>
    public DateTimeOffset? BillingCycleAnchor { get; init; }

    /// <summary>Whether it ends with the current period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>When it ends, if that is decided.</summary>
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>When the cancellation was asked for.</summary>
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it was canceled: <c>cancellation_requested</c>, <c>payment_failed</c> or <c>payment_disputed</c>.</summary>
    public string? CancellationReason { get; init; }

    /// <summary>
    /// What becomes of invoices while collection is paused: <c>void</c>, <c>keep_as_draft</c> or <c>mark_uncollectible</c>; otherwise
    /// <see langword="null"/>. The status does not tell.
    /// </summary>
    public string? PauseCollection { get; init; }

    /// <summary>When collection goes on by itself.</summary>
    public DateTimeOffset? CollectionResumesAt { get; init; }

    /// <summary>The newest invoice, <c>in_…</c>.</summary>
    public string? LatestInvoice { get; init; }

    /// <summary>The payment method, <c>pm_…</c>.</summary>
    public string? DefaultPaymentMethod { get; init; } = StripeIds.New("pm_1");

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }

    internal DateTimeOffset Anchor => BillingCycleAnchor ?? TrialEnd ?? Created;
}
