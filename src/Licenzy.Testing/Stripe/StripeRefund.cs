namespace Licenzy.Testing;

/// <summary>Money that goes back, at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeRefund
{
    /// <summary>The refund's id, <c>re_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("re_3");

    /// <summary>The charge it gives back, <c>ch_…</c>.</summary>
    public string Charge { get; init; } = StripeIds.New("ch_3");

    /// <summary>That charge's payment intent, <c>pi_…</c>.</summary>
    public string PaymentIntent { get; init; } = StripeIds.New("pi_3");

    /// <summary><c>pending</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = "succeeded";

    /// <summary>In the currency's smallest unit.</summary>
    public long Amount { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary><c>requested_by_customer</c>, <c>duplicate</c> or <c>fraudulent</c>.</summary>
    public string Reason { get; init; } = "requested_by_customer";

    /// <summary>Why it failed, as in <c>expired_or_canceled_card</c>.</summary>
    public string? FailureReason { get; init; }

    /// <summary>When the refund was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>Whether it is real money. Only the event says so: Stripe's refund does not.</summary>
    public bool Livemode { get; init; }
}
