namespace Licenzy.Testing;

/// <summary>What is bought: a price and how many of it.</summary>
/// <param name="Price">The price.</param>
/// <param name="Quantity">How many.</param>
public sealed record StripeLineItem(StripePrice Price, long Quantity = 1)
{
    /// <summary>The id of the subscription's item (<c>si_…</c>) that the line becomes, where the price is recurring.</summary>
    public string ItemId { get; init; } = StripeIds.New("si_", 14);

    /// <summary>The start of the item's own period, where it is not the subscription's.</summary>
    public DateTimeOffset? PeriodStart { get; init; }

    /// <summary>The end of the item's own period, where it is not the subscription's.</summary>
    public DateTimeOffset? PeriodEnd { get; init; }

    /// <summary>The line's own metadata; Stripe copies it nowhere else.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Price times quantity, in the currency's smallest unit.</summary>
    public long Amount => Price.UnitAmount * Quantity;
}
