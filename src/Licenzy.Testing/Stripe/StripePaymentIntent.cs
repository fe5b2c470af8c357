namespace Licenzy.Testing;

/// <summary>A payment, with the newest of the tries to take the money.</summary>
public sealed record StripePaymentIntent
{
    /// <summary>The payment's id, <c>pi_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("pi_3");

    /// <summary>The newest charge, <c>ch_…</c>, whatever became of it; <see langword="null"/> before the first try.</summary>
    public string? Charge { get; init; }

    /// <summary>The invoice it pays, <c>in_…</c>. Only API versions before <c>2025-03-31</c> show it; later ones have invoice payments.</summary>
    public string? Invoice { get; init; }

    /// <summary>How it is paid: <c>card</c> or <c>us_bank_account</c>.</summary>
    public string PaymentMethodType { get; init; } = "card";

    /// <summary><c>processing</c>, <c>succeeded</c>, <c>requires_action</c> or <c>requires_payment_method</c>.</summary>
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
