namespace Licenzy.Testing;

/// <summary>A Checkout Session's state at one moment. What is not set makes a plausible sample.</summary>
public sealed record StripeCheckoutSession
{
    /// <summary>The session's id, <c>cs_test_…</c> or <c>cs_live_…</c>.</summary>
    public string Id { get; init; } = StripeIds.Session(livemode: false);

    /// <summary><c>payment</c> or <c>subscription</c>.</summary>
    public string Mode { get; init; } = "payment";

    /// <summary><c>open</c>, <c>complete</c> or <c>expired</c>.</summary>
    public string Status { get; init; } = "open";

    /// <summary><c>paid</c>, <c>unpaid</c> or <c>no_payment_required</c>.</summary>
    public string PaymentStatus { get; init; } = "unpaid";

    /// <summary>What is bought. Stripe's events do not carry it.</summary>
    public IReadOnlyList<StripeLineItem> LineItems { get; init; } = [];

    /// <summary>The seller's own reference.</summary>
    public string? ClientReferenceId { get; init; }

    /// <summary>The session's own metadata; Stripe copies it nowhere else.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The customer, <c>cus_…</c>, once there is one.</summary>
    public string? Customer { get; init; }

    /// <summary><c>if_required</c> or <c>always</c>: whether a one-time payment makes a customer.</summary>
    public string CustomerCreation { get; init; } = "if_required";

    /// <summary>The e-mail address the seller filled in.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>The e-mail address the payer gave, once the session is complete.</summary>
    public string? PayerEmail { get; init; }

    /// <summary>The subscription, <c>sub_…</c>, once a session in subscription mode is complete.</summary>
    public string? Subscription { get; init; }

    /// <summary>The payment intent, <c>pi_…</c>, once a session in payment mode is complete.</summary>
    public string? PaymentIntent { get; init; }

    /// <summary>The first invoice, <c>in_…</c>, once a session in subscription mode is complete.</summary>
    public string? Invoice { get; init; }

    /// <summary>How it is paid: <c>card</c>, or <c>us_bank_account</c> for a delayed payment.</summary>
    public string PaymentMethodType { get; init; } = "card";

    /// <summary>Where the payer goes afterwards, with the placeholder <c>{CHECKOUT_SESSION_ID}</c> as the seller sent it.</summary>
    public string SuccessUrl { get; init; } = "https://example.com/success?session_id={CHECKOUT_SESSION_ID}";

    /// <summary>Where the payer goes who turns back.</summary>
    public string? CancelUrl { get; init; }

    /// <summary>The pay page while the session is open; <see langword="null"/> afterwards.</summary>
    public string? Url { get; init; }

    /// <summary>When the session was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>When the session expires if nobody pays.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = StripeEvents.SampleInstant.AddDays(1);

    /// <summary>What is due now, in the currency's smallest unit: nothing while a trial lasts.</summary>
    public long AmountTotal { get; init; }

    /// <summary>What a discount took off <see cref="AmountTotal"/>, in the currency's smallest unit.</summary>
    public long AmountDiscount { get; init; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; init; } = "usd";

    /// <summary>Whether it is real money.</summary>
    public bool Livemode { get; init; }
}
