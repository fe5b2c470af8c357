namespace Licenzy.Domain.Billing;

/// <summary>Everything heard of one payment. Built up by <see cref="PaymentRules.Hear"/> in whatever order the news comes.</summary>
public sealed record Payment
{
    /// <summary>Stripe's payment, <c>pi_…</c>; the charge, <c>ch_…</c>, where there is no intent.</summary>
    public required string Id { get; init; }

    /// <summary>Stripe's charge, once an event named it.</summary>
    public string? ChargeId { get; init; }

    /// <summary>What was paid, in the currency's smallest unit; <see langword="null"/> until heard.</summary>
    public long? Amount { get; init; }

    /// <summary>The sum of its refunds, as of <see cref="RefundedAsOf"/>.</summary>
    public long AmountRefunded { get; init; }

    /// <summary>Of when <see cref="AmountRefunded"/> is.</summary>
    public DateTimeOffset? RefundedAsOf { get; init; }

    /// <summary>The invoice it paid; <see langword="null"/> for a one-time purchase, or until that is known.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Whether Stripe was asked which invoice it paid, or said so unasked.</summary>
    public bool IsInvoiceKnown { get; init; }

    /// <summary>Its refunds.</summary>
    public IReadOnlyList<Refund> Refunds { get; init; } = [];

    /// <summary>Its disputes.</summary>
    public IReadOnlyList<Dispute> Disputes { get; init; } = [];

    /// <summary>As of which contest somebody was told that nothing follows, or something followed: the same news under another name says no more.</summary>
    public string? Noted { get; init; }

    /// <summary>The payment with what its Checkout Session cost, until its charge says so itself.</summary>
    public Payment Priced(long total) => Amount is null ? this with { Amount = total } : this;

    /// <summary>The payment, of which the invoice is now known.</summary>
    public Payment Of(string invoiceId) => this with { InvoiceId = invoiceId, IsInvoiceKnown = true };

    /// <summary>Whether anything was heard that could take a right back.</summary>
    public bool IsContested => AmountRefunded > 0 || Refunds.Count > 0 || Disputes.Count > 0;
}

/// <summary>One refund of a payment.</summary>
/// <param name="Id">Stripe's refund.</param>
/// <param name="Amount">What is given back.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="FailedAt">When it was heard to have failed; <see langword="null"/> while the money goes.</param>
public sealed record Refund(string Id, long Amount, DateTimeOffset MadeAt, DateTimeOffset? FailedAt);

/// <summary>One dispute of a payment.</summary>
/// <param name="Id">Stripe's dispute.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="AsOf">Of when <paramref name="Status"/> is.</param>
public sealed record Dispute(string Id, DisputeStatus Status, DateTimeOffset OpenedAt, DateTimeOffset AsOf);
