using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>The lists of what the books hold, each with its own filters. Unknown parameters are refused, known ones without a model are 501.</summary>
internal sealed class StripeLists(StripeBooks books)
{
    private static readonly ParameterGrammar Sessions = new(
        ListPage.Parameters +
        """
        customer text
        customer_account text
        customer_details[email] text
        payment_intent text
        payment_link text
        status complete|expired|open
        subscription text
        """);

    private static readonly ParameterGrammar Subscriptions = new(
        ListPage.Parameters +
        """
        automatic_tax[enabled] bool
        collection_method charge_automatically|send_invoice
        current_period_end int
        current_period_end[**] any
        current_period_start int
        current_period_start[**] any
        customer text
        customer_account text
        plan text
        price text
        status active|all|canceled|ended|incomplete|incomplete_expired|past_due|paused|trialing|unpaid
        test_clock text
        """);

    private static readonly ParameterGrammar Charges = new(ListPage.Parameters + "customer text\npayment_intent text\ntransfer_group text");

    private static readonly ParameterGrammar OfCharge = new(ListPage.Parameters + "charge text\npayment_intent text");

    private static readonly ParameterGrammar Invoices = new(
        ListPage.Parameters +
        """
        collection_method charge_automatically|send_invoice
        customer text
        customer_account text
        due_date int
        due_date[**] any
        status draft|open|paid|uncollectible|void
        subscription text
        """);

    private static readonly ParameterGrammar InvoicePayments = new(
        ListPage.Parameters +
        """
        invoice text
        payment[payment_intent] text
        payment[payment_record] text
        payment[type] payment_intent|payment_record
        status canceled|open|paid
        """);

    private static readonly ParameterGrammar InvoiceLines = new("ending_before text\nexpand[#] text\nlimit int\nstarting_after text");

    // The filters that Stripe has and the books have no answer to.
    private static readonly string[] NotModelled =
    [
        "automatic_tax", "collection_method", "current_period_end", "current_period_start", "customer_account", "due_date", "payment_link",
        "payment[payment_record]", "test_clock", "transfer_group",
    ];

    /// <summary>A page of a collection; <see langword="null"/> where there is no such list.</summary>
    public JsonObject? Find(string collection, FormFields fields, string version) => collection switch
    {
        "checkout/sessions" => Page(collection, "checkout.session", Sessions, fields, version, books.Orders.Values.Select(order => order.Session).Select(one => new ListRow(
            one.Id, one.Created,
            Is(fields, "customer", one.Customer) && Is(fields, "payment_intent", one.PaymentIntent) && Is(fields, "subscription", one.Subscription)
                && Is(fields, "status", one.Status) && Is(fields, "customer_details[email]", one.PayerEmail),
            () => SessionDocument.Of(one, version)))),
        "subscriptions" => Page(collection, "subscription", Subscriptions, fields, version, books.Subscriptions.Values.Select(one => new ListRow(
            one.Id, one.Created,
            Is(fields, "customer", one.Customer) && HasStatus(fields["status"], one) && HasPrice(fields["price"] ?? fields["plan"], one),
            () => SubscriptionDocument.Of(one, version)))),
        "charges" => Page(collection, "charge", Charges, fields, version, books.Charges.Values.Select(one => new ListRow(
            one.Id, one.Created, Is(fields, "customer", one.Customer) && Is(fields, "payment_intent", one.PaymentIntent),
            () => ChargeDocument.Of(one, version)))),
        "refunds" => Page(collection, "refund", OfCharge, fields, version, books.Refunds.Values.Select(one => new ListRow(
            one.Id, one.Created, Is(fields, "charge", one.Charge) && Is(fields, "payment_intent", one.PaymentIntent),
            () => RefundDocument.Of(one, version)))),
        "disputes" => Page(collection, "dispute", OfCharge, fields, version, books.Disputes.Values.Select(one => new ListRow(
            one.Id, one.Created, Is(fields, "charge", one.Charge) && Is(fields, "payment_intent", one.PaymentIntent), () => DisputeDocument.Of(one)))),
        "invoices" => Page(collection, "invoice", Invoices, fields, version, books.Invoices.Values.Select(one => new ListRow(
            one.Id, one.Created,
            Is(fields, "customer", one.Subscription.Customer) && Is(fields, "subscription", one.Subscription.Id) && Is(fields, "status", one.Status),
            () => InvoiceDocument.Of(one, version)))),
        "invoice_payments" => Page(collection, "invoice_payment", InvoicePayments, fields, version, books.InvoicePayments.Values.Select(one => new ListRow(
            one.Id, one.Created,
            Is(fields, "invoice", one.Invoice) && Is(fields, "payment[payment_intent]", one.PaymentIntent) && Is(fields, "status", one.Status),
            () => InvoicePaymentDocument.Of(one)))),
        _ => null,
    };

    /// <summary>A page of an invoice's lines, in the order of the invoice.</summary>
    public JsonObject Lines(string invoiceId, FormFields fields, string version)
    {
        InvoiceLines.Check(fields);
        if (fields.Has("expand"))
            throw StripeRefusalException.NotModelled("expand");
        var invoice = books.Invoices.GetValueOrDefault(invoiceId) ?? throw StripeRefusalException.NoSuch("invoice", invoiceId, "id");
        // What is cut comes oldest first.
        return ListPage.Cut(
            $"/v1/invoices/{invoiceId}/lines", "line_item", fields,
            InvoiceDocument.Lines(invoice, version).Reverse().Select(line => new ListRow((string)line["id"]!, invoice.Created, true, () => line)));
    }

    private JsonObject Page(string collection, string type, ParameterGrammar grammar, FormFields fields, string version, IEnumerable<ListRow> rows)
    {
        grammar.Check(fields);
        foreach (var name in NotModelled.Where(fields.Has))
            throw StripeRefusalException.NotModelled(name);
        if (fields.Has("payment") && fields["payment[type]"] is null)
            throw StripeRefusalException.Missing("payment[type]");
        return new StripeDocuments(books, version).Expanded(ListPage.Cut($"/v1/{collection}", type, fields, rows), $"[{type}]", fields);
    }

    private static bool Is(FormFields fields, string name, string? value) => fields[name] is not { } asked || asked == value;

    private static bool HasPrice(string? price, StripeSubscription subscription) =>
        price is null || subscription.Items.Any(line => line.Price.Id == price);

    // Without a status Stripe leaves out only what was canceled.
    private static bool HasStatus(string? status, StripeSubscription subscription) => status switch
    {
        null => subscription.Status != "canceled",
        "all" => true,
        "ended" => subscription.Status is "canceled" or "incomplete_expired",
        _ => subscription.Status == status,
    };
}
