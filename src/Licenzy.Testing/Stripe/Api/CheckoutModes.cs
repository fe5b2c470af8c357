namespace Licenzy.Testing;

/// <summary>Which parameters belong to which mode. Stripe refuses the other mode's, it does not ignore them.</summary>
internal static class CheckoutModes
{
    private static readonly string[] PaymentOnly = ["payment_intent_data", "invoice_creation", "customer_creation"];
    private static readonly string[] SubscriptionOnly = ["subscription_data", "payment_method_collection"];

    public static void Check(FormFields fields, string mode)
    {
        foreach (var name in mode == "payment" ? SubscriptionOnly : PaymentOnly)
        {
            if (fields.Has(name))
                throw StripeRefusalException.Invalid($"You can not pass `{name}` in `{mode}` mode.", name);
        }

        if (fields.Has("setup_intent_data"))
            throw StripeRefusalException.Invalid($"You can not pass `setup_intent_data` in `{mode}` mode.", "setup_intent_data");
    }
}
