namespace Licenzy.Testing;

/// <summary>Which members may be asked for whole. The first name of a path decides; deeper names are taken as they come.</summary>
internal static class Expansion
{
    public static readonly string[] OfSession =
        ["customer", "invoice", "line_items", "payment_intent", "payment_link", "setup_intent", "subscription", "total_details"];

    public static readonly string[] OfSubscription =
    [
        "application", "customer", "default_payment_method", "default_source", "discounts", "items", "latest_invoice", "pending_setup_intent",
        "schedule", "test_clock",
    ];

    public static readonly string[] OfPrice = ["product", "tiers", "currency_options"];

    public static readonly string[] OfCustomer = ["cash_balance", "default_source", "discount", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids"];

    private static readonly ParameterGrammar OnlyExpand = new("expand[#] text");

    public static IReadOnlyList<string> CheckRead(FormFields fields, string[] allowed)
    {
        OnlyExpand.Check(fields);
        return Check(fields, allowed);
    }

    public static IReadOnlyList<string> Check(FormFields fields, string[] allowed)
    {
        List<string> paths = [.. fields.All.Where(field => field.Key.StartsWith("expand[", StringComparison.Ordinal)).Select(field => field.Value)];
        foreach (var path in paths)
        {
            if (!allowed.Contains(path.Split('.')[0]))
            {
                throw StripeRefusalException.Invalid(
                    $"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead.", "expand");
            }
        }

        return paths;
    }
}
