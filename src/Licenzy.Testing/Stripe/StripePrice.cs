namespace Licenzy.Testing;

/// <summary>A price at Stripe, with the product it belongs to.</summary>
/// <param name="Id">The price's id, <c>price_…</c>.</param>
/// <param name="UnitAmount">The amount for one, in the currency's smallest unit.</param>
/// <param name="Currency">Three lower-case letters.</param>
public sealed record StripePrice(string Id, long UnitAmount, string Currency = "usd")
{
    /// <summary>The product's id, <c>prod_…</c>.</summary>
    public string Product { get; init; } = StripeIds.New("prod_", 14);

    /// <summary>The product's name, as the pay page and the invoice lines show it.</summary>
    public string ProductName { get; init; } = "Example product";

    /// <summary><c>day</c>, <c>week</c>, <c>month</c> or <c>year</c> for a recurring price; <see langword="null"/> for a one-time price.</summary>
    public string? Interval { get; init; }

    /// <summary>How many intervals one period of a recurring price lasts.</summary>
    public int IntervalCount { get; init; } = 1;

    /// <summary>Whether new checkouts may use the price.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Whether the price exists in live mode.</summary>
    public bool Livemode { get; init; }

    /// <summary>When the price was made.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>Whether the price is recurring.</summary>
    public bool Recurring => Interval is not null;

    /// <summary>The end of the last of some periods in a row; for a one-time price, the start.</summary>
    /// <param name="start">The start of the first period.</param>
    /// <param name="periods">How many periods.</param>
    public DateTimeOffset PeriodEnd(DateTimeOffset start, int periods = 1) => Interval switch
    {
        "day" => start.AddDays(IntervalCount * periods),
        "week" => start.AddDays(7 * IntervalCount * periods),
        "month" => start.AddMonths(IntervalCount * periods),
        "year" => start.AddYears(IntervalCount * periods),
        _ => start,
    };
}
