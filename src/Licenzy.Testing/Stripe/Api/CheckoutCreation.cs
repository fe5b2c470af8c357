namespace Licenzy.Testing;

/// <summary>Makes a session of a request, or refuses it as Stripe does.</summary>
internal sealed class CheckoutCreation(StripeBooks books, Uri baseAddress, bool livemode)
{
    private const int MaxClientReference = 200;

    public CheckoutOrder Create(StripeCall call, DateTimeOffset now)
    {
        var fields = call.Fields;
        CheckoutParameters.Grammar.Check(fields);
        var mode = fields["mode"] ?? throw StripeRefusalException.Missing("mode");
        RefuseUnmodelled(fields, mode);
        if (fields["success_url"] is null)
            throw StripeRefusalException.Missing("success_url");
        CheckoutModes.Check(fields, mode);

        var lines = CheckoutLines.Read(fields, mode, books);
        var metadata = Metadata.Read(fields, "metadata");
        var order = new CheckoutOrder(Session(fields, mode, now, lines) with { Metadata = metadata })
        {
            SubscriptionMetadata = Metadata.Read(fields, "subscription_data[metadata]"),
            PaymentIntentMetadata = Metadata.Read(fields, "payment_intent_data[metadata]"),
            TrialDays = Trial.Days(fields),
            TrialEnd = Trial.End(fields, now),
            RequestId = call.RequestId,
            IdempotencyKey = call.IdempotencyKey,
        };
        var due = lines.Where(line => !order.HasTrial || !line.Price.Recurring).Sum(line => line.Amount);
        CheckoutLines.CheckTotal(due, mode);
        return order with { Session = order.Session with { AmountTotal = due } };
    }

    private StripeCheckoutSession Session(FormFields fields, string mode, DateTimeOffset now, IReadOnlyList<StripeLineItem> lines)
    {
        var id = StripeIds.Session(livemode);
        return new StripeCheckoutSession
        {
            Id = id,
            Mode = mode,
            LineItems = lines,
            ClientReferenceId = ClientReference(fields),
            Customer = Customer(fields),
            CustomerCreation = fields["customer_creation"] ?? "if_required",
            CustomerEmail = Email(fields),
            SuccessUrl = fields["success_url"]!,
            CancelUrl = fields["cancel_url"],
            Url = new Uri(baseAddress, $"/pay/{id}").AbsoluteUri,
            Created = now,
            ExpiresAt = ExpiresAt(fields, now),
            Currency = lines[0].Price.Currency,
            Livemode = livemode,
        };
    }

    private static void RefuseUnmodelled(FormFields fields, string mode)
    {
        if (mode == "setup")
            throw StripeRefusalException.NotModelled("mode=setup");
        if (fields["ui_mode"] is not (null or "hosted" or "hosted_page"))
            throw StripeRefusalException.NotModelled("ui_mode");
        foreach (var name in new[] { "discounts", "shipping_options", "optional_items", "customer_account" })
        {
            if (fields.Has(name))
                throw StripeRefusalException.NotModelled(name);
        }
    }

    private static string? ClientReference(FormFields fields)
    {
        var reference = fields["client_reference_id"];
        return reference is not { Length: > MaxClientReference }
            ? reference
            : throw StripeRefusalException.Invalid($"Invalid string: {reference}; must be at most {MaxClientReference} characters", "client_reference_id");
    }

    private string? Customer(FormFields fields)
    {
        var customer = fields["customer"];
        if (customer is not null && !books.Customers.ContainsKey(customer))
            throw StripeRefusalException.NoSuch("customer", customer, "customer");
        return customer;
    }

    private static string? Email(FormFields fields)
    {
        var email = fields["customer_email"];
        if (email is null)
            return null;
        if (fields["customer"] is not null)
        {
            throw StripeRefusalException.Invalid(
                "You may only specify one of these parameters: customer, customer_email.", "customer", "parameters_exclusive");
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1 && !email.Contains(' ', StringComparison.Ordinal)
            ? email
            : throw StripeRefusalException.Invalid($"Invalid email address: {email}", "customer_email", "email_invalid");
    }

    private static DateTimeOffset ExpiresAt(FormFields fields, DateTimeOffset now)
    {
        if (fields.Number("expires_at") is not { } seconds)
            return now.AddHours(24);
        if (seconds < now.AddMinutes(30).ToUnixTimeSeconds())
        {
            throw StripeRefusalException.Invalid(
                "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at");
        }

        return seconds <= now.AddHours(24).ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw StripeRefusalException.Invalid(
                "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
    }
}
