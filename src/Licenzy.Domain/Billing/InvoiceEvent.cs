namespace Licenzy.Domain.Billing;

/// <summary>What became of an invoice.</summary>
public enum InvoiceResult
{
    /// <summary>Paid.</summary>
    Paid,

    /// <summary>An attempt to collect it failed.</summary>
    PaymentFailed,
}

/// <summary>The part of an invoice that pays one subscription item's period.</summary>
/// <param name="ItemId">Stripe's item; <see langword="null"/> where the line is about something else.</param>
/// <param name="PeriodStart">When the paid period starts.</param>
/// <param name="PeriodEnd">When the paid period ends.</param>
public sealed record InvoiceLine(string? ItemId, DateTimeOffset? PeriodStart, DateTimeOffset? PeriodEnd);

/// <summary>News of an invoice.</summary>
public sealed record InvoiceEvent : BillingEvent
{
    /// <inheritdoc />
    public override string? ObjectId => SubscriptionId;

    /// <summary>Stripe's invoice, <c>in_…</c>.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>What became of it.</summary>
    public required InvoiceResult Result { get; init; }

    /// <summary>The subscription it bills; <see langword="null"/> for other invoices.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset PaidAt { get; init; }

    /// <summary>What was paid, in the currency's smallest unit.</summary>
    public long? AmountPaid { get; init; }

    /// <summary>What was to be paid, in the currency's smallest unit.</summary>
    public long? AmountDue { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public string? Currency { get; init; }

    /// <summary>The payments that paid it, where the event names them: <c>pi_…</c>, or <c>ch_…</c> for a charge without an intent.</summary>
    public IReadOnlyList<string> PaymentIds { get; init; } = [];

    /// <summary>Its lines that renew an item; prorations are left out.</summary>
    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>What is remembered of it.</summary>
    public PaidInvoice ToPaid() => new(InvoiceId, PaidAt, AmountPaid, Lines);
}

/// <summary>A paid invoice of a subscription, as it is remembered.</summary>
/// <param name="Id">Stripe's invoice.</param>
/// <param name="PaidAt">When it was paid.</param>
/// <param name="AmountPaid">What was paid, in the currency's smallest unit.</param>
/// <param name="Lines">Its lines that renew an item.</param>
public sealed record PaidInvoice(string Id, DateTimeOffset PaidAt, long? AmountPaid, IReadOnlyList<InvoiceLine> Lines)
{
    /// <summary>The line that pays the latest period of an item.</summary>
    public InvoiceLine? LineOf(string? itemId) =>
        itemId is null ? null : Lines.Where(line => line.ItemId == itemId && line.PeriodEnd is not null).MaxBy(line => line.PeriodEnd);

    /// <summary>The line that pays the latest period of any item; <see langword="null"/> where the invoice renews none.</summary>
    public InvoiceLine? LastLine => Lines.Where(line => line.ItemId is not null && line.PeriodEnd is not null).MaxBy(line => line.PeriodEnd);
}
