namespace Licenzy.Domain.Billing;

/// <summary>News of money that was paid: taken back, or about to be.</summary>
public abstract record PaymentEvent : BillingEvent
{
    /// <inheritdoc />
    public override string? ObjectId => PaymentId;

    /// <summary>Stripe's payment, <c>pi_…</c>; the charge, <c>ch_…</c>, where there is no intent.</summary>
    public required string PaymentId { get; init; }

    /// <summary>Stripe's charge, where the event names it.</summary>
    public string? ChargeId { get; init; }
}

/// <summary>A charge's state: how much of it was refunded so far.</summary>
public sealed record ChargeEvent : PaymentEvent
{
    /// <summary>What was charged, in the currency's smallest unit.</summary>
    public required long Amount { get; init; }

    /// <summary>The sum of its refunds so far: cumulative, not this refund's part.</summary>
    public required long AmountRefunded { get; init; }

    /// <summary>The invoice it paid, in API versions that say so.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Whether it is known which invoice it paid, if any; only Stripe's answer to that question says so.</summary>
    public bool IsInvoiceKnown { get; init; }
}

/// <summary>A payment paid an invoice.</summary>
public sealed record InvoicePaymentEvent : PaymentEvent
{
    /// <summary>Stripe's invoice, <c>in_…</c>.</summary>
    public required string InvoiceId { get; init; }
}

/// <summary>A refund's state.</summary>
public sealed record RefundEvent : PaymentEvent
{
    /// <summary>Stripe's refund, <c>re_…</c>.</summary>
    public required string RefundId { get; init; }

    /// <summary>What is given back, in the currency's smallest unit.</summary>
    public required long Amount { get; init; }

    /// <summary>Whether it failed or was called off: the money stays, though it had been said to go.</summary>
    public required bool HasFailed { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset RefundedAt { get; init; }
}

/// <summary>Where a dispute stands. Inquiries (<c>warning_…</c>) take nothing.</summary>
public enum DisputeStatus
{
    /// <summary>An inquiry, open or closed, or a dispute that was prevented: no money has moved.</summary>
    Inquiry,

    /// <summary>Open: the money is withheld.</summary>
    Open,

    /// <summary>Closed, the money is back.</summary>
    Won,

    /// <summary>Closed, the money is gone.</summary>
    Lost,
}

/// <summary>A dispute's state.</summary>
public sealed record DisputeEvent : PaymentEvent
{
    /// <summary>Stripe's dispute, <c>dp_…</c> or <c>du_…</c>.</summary>
    public required string DisputeId { get; init; }

    /// <summary>Where it stands.</summary>
    public required DisputeStatus Status { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
}
