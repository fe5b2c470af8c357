namespace Licenzy.Testing;

/// <summary>
/// Which members may be asked for whole, and what they become. <c>name:type</c>, the type being the name where it is left out; <c>[type]</c> is a
/// list, <c>?</c> something the double has not; <c>&lt;</c> before the name is for older API versions only, <c>&gt;</c> for newer ones.
/// </summary>
internal static class Expansion
{
    private const int MaxDepth = 4;

    private static readonly Dictionary<string, string> Text = new()
    {
        ["account"] = "",
        ["billing_portal.session"] = "configuration:?",
        ["charge"] =
            "application:? application_fee:? balance_transaction:? customer <invoice on_behalf_of:? payment_intent refunds:[refund] review:? source_transfer:? transfer:?",
        ["checkout.session"] = "customer invoice line_items:[item] payment_intent payment_link:? setup_intent:? subscription total_details:?",
        ["customer"] = "cash_balance:? default_source:? invoice_credit_balance:? sources:? subscriptions:[subscription] tax:? tax_ids:?",
        ["dispute"] = "balance_transactions:? charge payment_intent",
        ["event"] = "",
        ["invoice"] =
            "application:? <charge customer default_payment_method:? discounts:? lines:[line_item] <payment_intent >payments:[invoice_payment] >parent:invoice.parent <subscription",
        ["invoice.parent"] = "subscription_details:invoice.parent.subscription_details",
        ["invoice.parent.subscription_details"] = "subscription",
        ["invoice_payment"] = "invoice payment:invoice_payment.payment",
        ["invoice_payment.payment"] = "charge payment_intent",
        ["item"] = "price taxes:?",
        ["line_item"] = "discounts:?",
        ["payment_intent"] = "application:? customer <invoice latest_charge:charge on_behalf_of:? payment_method:? review:? source:?",
        ["price"] = "currency_options:? product:? tiers:?",
        ["refund"] = "balance_transaction:? charge payment_intent source_transfer_reversal:? transfer_reversal:?",
        ["subscription"] =
            "application:? customer default_payment_method:? default_source:? discounts:? items:[subscription_item] latest_invoice:invoice " +
            "pending_setup_intent:? schedule:? test_clock:?",
        ["subscription_item"] = "discounts:? price tax_rates:?",
    };

    /// <summary>The paths asked for, each of them known.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="type">What is answered; <c>[type]</c> for a list of it.</param>
    /// <param name="old">Whether the answer has the older shapes.</param>
    public static IReadOnlyList<string[]> Paths(FormFields fields, string type, bool old)
    {
        List<string[]> paths =
        [
            .. fields.All.Where(field => field.Key.StartsWith("expand[", StringComparison.Ordinal)).Select(field => field.Value.Split('.')),
        ];
        paths.ForEach(path => Check(path, type, old));
        return paths;
    }

    /// <summary>What a member becomes; <see langword="null"/> where it can not be expanded.</summary>
    public static string? Target(string type, string name, bool old)
    {
        if (type == "?")
            return "?";
        if (type[0] == '[')
            return name == "data" ? type[1..^1] : null;
        foreach (var word in Text[type].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if ((word[0] == '<' && !old) || (word[0] == '>' && old))
                continue;
            var parts = word.TrimStart('<', '>').Split(':');
            if (parts[0] == name)
                return parts[^1];
        }

        return null;
    }

    private static void Check(string[] path, string type, bool old)
    {
        if (path.Length > MaxDepth)
            throw StripeRefusalException.Invalid($"You cannot expand more than {MaxDepth} levels of a property.", "expand");
        var at = type;
        foreach (var name in path)
        {
            at = Target(at, name, old) ?? throw StripeRefusalException.Invalid(
                $"This property cannot be expanded ({string.Join('.', path)}). You may want to try expanding 'data.{path[0]}' instead.", "expand");
        }
    }
}
