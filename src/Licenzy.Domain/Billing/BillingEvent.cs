namespace Licenzy.Domain.Billing;

/// <summary>What Stripe told us, in our words. Nothing of Stripe's JSON goes beyond the reader that makes these.</summary>
public abstract record BillingEvent
{
    /// <summary>Stripe's id, <c>evt_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Stripe's type, such as <c>invoice.paid</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, by Stripe's clock, to the second; for what was fetched, when Stripe answered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether Stripe was asked: the object as it stands then, whatever events said of that second.</summary>
    public bool IsFetched { get; init; }

    /// <summary>Stripe's object whose news it is; what waits for one another has the same. <see langword="null"/> where nothing here follows it.</summary>
    public virtual string? ObjectId => null;

    /// <summary>Whether it is about real money.</summary>
    public required bool Livemode { get; init; }

    /// <summary>The connected account it is about, where the event names one.</summary>
    public string? Account { get; init; }
}

/// <summary>An event of a type that has no effect here.</summary>
public sealed record UnknownEvent : BillingEvent;

/// <summary>What became of a Checkout Session.</summary>
public enum CheckoutResult
{
    /// <summary>Paid, or nothing was to be paid.</summary>
    Paid,

    /// <summary>Completed with a delayed payment method: the money is still to come.</summary>
    PaymentPending,

    /// <summary>The delayed payment failed.</summary>
    PaymentFailed,

    /// <summary>The session expired unused.</summary>
    Expired,
}

/// <summary>News of a Checkout Session.</summary>
public sealed record CheckoutEvent : BillingEvent
{
    /// <inheritdoc />
    public override string? ObjectId => SessionId;

    /// <summary>Stripe's session, <c>cs_…</c>.</summary>
    public required string SessionId { get; init; }

    /// <summary>What became of it.</summary>
    public required CheckoutResult Result { get; init; }

    /// <summary>Our attempt, from our own metadata.</summary>
    public string? AttemptId { get; init; }

    /// <summary>Our attempt again, or anything a payer put into a payment link's address.</summary>
    public string? ClientReferenceId { get; init; }

    /// <summary>Whether the session came from a payment link: its client reference is the payer's to choose.</summary>
    public bool FromPaymentLink { get; init; }

    /// <summary>Stripe's customer.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Stripe's subscription, where the session made one.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>Stripe's payment, for a one-time purchase.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>What was paid, in the currency's smallest unit.</summary>
    public long? AmountTotal { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public string? Currency { get; init; }
}

/// <summary>Stripe's words for a subscription's status.</summary>
public enum StripeSubscriptionStatus
{
    /// <summary>A word newer than this code: keep what is known.</summary>
    Unknown,

    /// <summary>The first payment is awaited.</summary>
    Incomplete,

    /// <summary>The first payment never came.</summary>
    IncompleteExpired,

    /// <summary>In a trial.</summary>
    Trialing,

    /// <summary>Paid.</summary>
    Active,

    /// <summary>A payment failed and is retried.</summary>
    PastDue,

    /// <summary>Retries are over.</summary>
    Unpaid,

    /// <summary>Paused after a trial without a payment method.</summary>
    Paused,

    /// <summary>Ended for good.</summary>
    Canceled,
}

/// <summary>One item of a subscription.</summary>
/// <param name="Id">Stripe's item, <c>si_…</c>; <see langword="null"/> where the event named none.</param>
/// <param name="PriceId">Stripe's price.</param>
/// <param name="Quantity">How many; none is no right, for as long as that is so.</param>
/// <param name="PeriodStart">Unknown is <see langword="null"/>, never 1970.</param>
/// <param name="PeriodEnd">Unknown is <see langword="null"/>, never 1970.</param>
public sealed record SubscriptionItem(string? Id, string? PriceId, long Quantity, DateTimeOffset? PeriodStart, DateTimeOffset? PeriodEnd);

/// <summary>A subscription's whole state, as of the event.</summary>
public sealed record SubscriptionEvent : BillingEvent
{
    /// <inheritdoc />
    public override string? ObjectId => SubscriptionId;

    /// <summary>Stripe's subscription, <c>sub_…</c>.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Its status.</summary>
    public required StripeSubscriptionStatus Status { get; init; }

    /// <summary>Its items.</summary>
    public required IReadOnlyList<SubscriptionItem> Items { get; init; }

    /// <summary>Our attempt, from our own metadata.</summary>
    public string? AttemptId { get; init; }

    /// <summary>Whose it is by an operator's word; it counts only where nothing here says so.</summary>
    public string? SubjectRef { get; init; }

    /// <summary>Stripe's customer.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The instant at which Stripe will cancel, where one is set.</summary>
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>Whether it ends with its period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>When it ended for good.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it began, by its own account; <see langword="null"/> where the event does not say.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether it will never give a right again.</summary>
    public bool IsTerminal => Status is StripeSubscriptionStatus.Canceled or StripeSubscriptionStatus.IncompleteExpired;

    /// <summary>Whether a right should follow: the status is known, and something was paid or is on trial, or was.</summary>
    public bool GivesRights => Status is not (StripeSubscriptionStatus.Unknown or StripeSubscriptionStatus.Incomplete or StripeSubscriptionStatus.IncompleteExpired);

    /// <summary>Whether this is the subscription's first event, which anything else of the same second outranks.</summary>
    public bool IsCreation { get; init; }
}
