namespace Licenzy.Testing;

/// <summary>Makes a visit to the customer portal of a request, or refuses it as Stripe does.</summary>
internal sealed class PortalCreation(StripeBooks books, Uri baseAddress, bool livemode)
{
    private static readonly ParameterGrammar Grammar = new(
        """
        configuration text
        customer text
        customer_account text
        expand[#] text
        flow_data[**] any
        locale text
        on_behalf_of text
        return_url url
        """);

    public PortalSession Create(FormFields fields, DateTimeOffset now)
    {
        Grammar.Check(fields);
        foreach (var name in new[] { "configuration", "customer_account", "flow_data", "on_behalf_of" })
        {
            if (fields.Has(name))
                throw StripeRefusalException.NotModelled(name);
        }

        var customer = fields["customer"] ?? throw StripeRefusalException.Missing("customer");
        if (!books.Customers.ContainsKey(customer))
            throw StripeRefusalException.NoSuch("customer", customer, "customer");
        var id = StripeIds.New("bps_1");
        return books.PortalSessions[id] = new PortalSession(id, customer, new Uri(baseAddress, $"/p/session/{id}").AbsoluteUri, now)
        {
            ReturnUrl = fields["return_url"], Locale = fields["locale"], Livemode = livemode,
        };
    }
}
