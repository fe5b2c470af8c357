namespace Licenzy.Testing;

/// <summary>What joins an invoice to the payment that pays it, since API version <c>2025-03-31</c>.</summary>
public sealed record StripeInvoicePayment
{
    /// <summary>The invoice payment's id, <c>inpay_…</c>.</summary>
    public string Id { get; init; } = StripeIds.New("inpay_1");

    /// <summary>The invoice, <c>in_…</c>.</summary>
    public string Invoice { get; init; } = StripeIds.New("in_1");

    /// <summary>The payment intent, <c>pi_…</c>.</summary>
    public string PaymentIntent { get; init; } = StripeIds.New("pi_3");

    /// <summary><c>open</c>, <c>paid</c> or <c>canceled</c>.</summary>
    public string Status { get; init; } = "open";

    /// <summary>What is to be paid, in the currency's smallest unit.</summary>
    public long Amount { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }
}
