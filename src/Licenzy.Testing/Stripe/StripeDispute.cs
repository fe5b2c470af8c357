namespace Licenzy.Testing;

/// <summary>A payer's bank that takes a payment back, or asks about it first, at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeDispute
{
    /// <summary>The dispute's id, <c>dp_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("dp_1");

    /// <summary>The disputed charge, <c>ch_…</c>.</summary>
    public string Charge { get; init; } = StripeIds.New("ch_3");

    /// <summary>That charge's payment intent, <c>pi_…</c>.</summary>
    public string PaymentIntent { get; init; } = StripeIds.New("pi_3");

    /// <summary>
    /// <c>needs_response</c>, <c>under_review</c>, <c>won</c> or <c>lost</c>; of an inquiry <c>warning_needs_response</c>,
    /// <c>warning_under_review</c> or <c>warning_closed</c>.
    /// </summary>
    public string Status { get; init; } = "needs_response";

    /// <summary>In the currency's smallest unit.</summary>
    public long Amount { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>What the payer says, as in <c>fraudulent</c>.</summary>
    public string Reason { get; init; } = "fraudulent";

    /// <summary>How often evidence was handed in.</summary>
    public int Submissions { get; init; }

    /// <summary>When the dispute was opened.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }

    /// <summary>Whether the bank only asks: no money has been taken back.</summary>
    public bool IsInquiry => Status.StartsWith("warning_", StringComparison.Ordinal);

    /// <summary>Whether it is decided.</summary>
    public bool IsClosed => Status is "won" or "lost" or "warning_closed";
}
