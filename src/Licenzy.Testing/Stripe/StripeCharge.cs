namespace Licenzy.Testing;

/// <summary>Money that was taken, is on its way, or could not be taken, at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeCharge
{
    /// <summary>The charge's id, <c>ch_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("ch_3");

    /// <summary>The payment intent it belongs to, <c>pi_…</c>.</summary>
    public string PaymentIntent { get; init; } = StripeIds.New("pi_3");

    /// <summary>The invoice it pays, <c>in_…</c>. Only API versions before <c>2025-03-31</c> show it; later ones have invoice payments.</summary>
    public string? Invoice { get; init; }

    /// <summary><c>succeeded</c>, <c>pending</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = "succeeded";

    /// <summary>In the currency's smallest unit.</summary>
    public long Amount { get; init; }

    /// <summary>What has been given back so far, over all its refunds; a refund that fails is taken off again.</summary>
    public long AmountRefunded { get; init; }

    /// <summary>Whether a dispute or an inquiry was ever opened.</summary>
    public bool Disputed { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>The customer, <c>cus_…</c>.</summary>
    public string? Customer { get; init; }

    /// <summary>The payment intent's metadata, as they were when the charge was made.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>How it is paid: <c>card</c> or <c>us_bank_account</c>.</summary>
    public string PaymentMethodType { get; init; } = "card";

    /// <summary>When the charge was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }
}
