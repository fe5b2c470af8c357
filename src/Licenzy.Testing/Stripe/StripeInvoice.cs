namespace Licenzy.Testing;

/// <summary>A subscription's invoice at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeInvoice
{
    /// <summary>The invoice's id, <c>in_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("in_1");

    /// <summary>The subscription it is for, as it is now: its id, customer, metadata and items are read.</summary>
    public StripeSubscription Subscription { get; init; } = new();

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>void</c> or <c>uncollectible</c>.</summary>
    public string Status { get; init; } = "paid";

    /// <summary><c>subscription_create</c>, <c>subscription_cycle</c> or <c>subscription_update</c>.</summary>
    public string BillingReason { get; init; } = "subscription_create";

    /// <summary>What is due, in the currency's smallest unit.</summary>
    public long AmountDue { get; init; }

    /// <summary>How often payment was tried.</summary>
    public int AttemptCount { get; init; } = 1;

    /// <summary>When payment is tried again; <see langword="null"/> for never.</summary>
    public DateTimeOffset? NextPaymentAttempt { get; init; }

    /// <summary>When the invoice was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>When it was finalized; <see langword="null"/> for a sample means when it was made.</summary>
    public DateTimeOffset? FinalizedAt { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The start of the period its lines pay for.</summary>
    public DateTimeOffset PeriodStart { get; init; } = StripeEvents.SampleInstant;

    /// <summary>The end of the period its lines pay for.</summary>
    public DateTimeOffset PeriodEnd { get; init; } = StripeEvents.SampleInstant.AddMonths(1);

    /// <summary>The payment intent, <c>pi_…</c>, where there was something to pay.</summary>
    public string? PaymentIntent { get; init; }

    /// <summary>The newest charge, <c>ch_…</c>. Only API versions before <c>2025-03-31</c> show it and the payment intent.</summary>
    public string? Charge { get; init; }

    /// <summary>The customer's e-mail address.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>The number printed on it.</summary>
    public string Number { get; init; } = "LCNZ-0001";
}
