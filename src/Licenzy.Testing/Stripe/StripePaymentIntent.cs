namespace Licenzy.Testing;

/// <summary>A payment and, once money moved, its charge.</summary>
public sealed record StripePaymentIntent
{
    /// <summary>The payment's id, <c>pi_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("pi_3");

    /// <summary>The charge's id, <c>ch_…</c>; a delayed payment has one while it is processed.</summary>
    public string Charge { get; init; } = StripeIds.New("ch_3");

    /// <summary><c>processing</c>, <c>succeeded</c> or <c>requires_payment_method</c>.</summary>
    public string Status { get; init; } = "succeeded";

    /// <summary>In the currency's smallest unit.</summary>
    public long Amount { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>The customer, <c>cus_…</c>.</summary>
    public string? Customer { get; init; }

    /// <summary>What the checkout gave as <c>payment_intent_data[metadata]</c>; the charge carries the same.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>When the payment was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }
}
