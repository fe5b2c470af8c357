namespace Licenzy.Testing;

/// <summary>The line items of a new session: known, active prices that fit the mode, and quantities in range.</summary>
internal static class CheckoutLines
{
    private const long MaxQuantity = 999_999;
    private const long MaxAmount = 99_999_999;
    private const long MinAmount = 50;
    private const int MaxLines = 100;
    private const int MaxRecurring = 20;

    public static IReadOnlyList<StripeLineItem> Read(FormFields fields, string mode, StripeBooks books)
    {
        var indices = fields.Under("line_items");
        if (indices.Count == 0)
            throw StripeRefusalException.Missing("line_items");
        if (indices.Count > MaxLines)
            throw StripeRefusalException.Invalid($"You may only specify a maximum of {MaxLines} line items.", "line_items");
        List<StripeLineItem> lines = [.. indices.Select(index => Line(fields, $"line_items[{index}]", mode, books))];
        CheckTogether(lines, mode);
        return lines;
    }

    public static void CheckTotal(long total, string mode)
    {
        if (total > MaxAmount)
            throw StripeRefusalException.Invalid("The Checkout Session's total amount must be no more than 99999999.", "line_items", "amount_too_large");
        if (mode == "payment" && total is > 0 and < MinAmount)
            throw StripeRefusalException.Invalid("The Checkout Session's total amount due must add up to at least 50.", "line_items", "amount_too_small");
    }

    private static StripeLineItem Line(FormFields fields, string name, string mode, StripeBooks books)
    {
        if (fields.Has($"{name}[price_data]"))
            throw StripeRefusalException.NotModelled("line_items[price_data]");
        var id = fields[$"{name}[price]"] ?? throw StripeRefusalException.Missing($"{name}[price]");
        if (!books.Prices.TryGetValue(id, out var price))
            throw StripeRefusalException.NoSuch("price", id, $"{name}[price]");
        if (!price.Active)
            throw StripeRefusalException.Invalid("The price specified is inactive. This field only accepts active prices.", $"{name}[price]");
        if (mode == "payment" && price.Recurring)
        {
            throw StripeRefusalException.Invalid(
                "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
                $"{name}[price]");
        }

        var quantity = fields.Number($"{name}[quantity]") ?? throw StripeRefusalException.Missing($"{name}[quantity]");
        return quantity switch
        {
            < 1 => throw Quantity(name, "This value must be greater than or equal to 1."),
            > MaxQuantity => throw Quantity(name, $"This value must be less than or equal to {MaxQuantity}."),
            _ => new StripeLineItem(price, quantity) { Metadata = Metadata.Read(fields, $"{name}[metadata]") },
        };
    }

    private static void CheckTogether(List<StripeLineItem> lines, string mode)
    {
        var recurring = lines.Where(line => line.Price.Recurring).ToList();
        if (mode == "subscription" && recurring.Count == 0)
        {
            throw StripeRefusalException.Invalid(
                "You must provide at least one recurring price in `subscription` mode when using prices.", "mode");
        }

        if (recurring.Count > MaxRecurring)
            throw StripeRefusalException.Invalid($"You may only specify a maximum of {MaxRecurring} recurring line items.", "line_items");
        if (lines.Select(line => line.Price.Currency).Distinct().Count() > 1)
            throw StripeRefusalException.Invalid("All line items of a Checkout Session must have the same currency.", "line_items");
        if (recurring.Select(line => (line.Price.Interval, line.Price.IntervalCount)).Distinct().Count() > 1)
            throw StripeRefusalException.NotModelled("line_items with different billing intervals");
    }

    private static StripeRefusalException Quantity(string name, string message) =>
        StripeRefusalException.Invalid(message, $"{name}[quantity]", "parameter_invalid_integer");
}
