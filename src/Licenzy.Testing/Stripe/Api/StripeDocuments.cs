using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Writes what is known by its id, in one API version, with the members asked for whole.</summary>
internal sealed class StripeDocuments(StripeBooks books, string version)
{
    private const int MostIncluded = 10;

    private readonly bool old = ApiShape.IsOld(version);

    /// <summary>The object, or <see langword="null"/> where there is none.</summary>
    public JsonObject? Find(string type, string id) => type switch
    {
        "charge" => books.Charges.TryGetValue(id, out var charge) ? ChargeDocument.Of(charge, version) : null,
        "checkout.session" => books.Orders.TryGetValue(id, out var order) ? SessionDocument.Of(order.Session, version) : null,
        "customer" => books.Customers.TryGetValue(id, out var customer) ? CustomerDocument.Of(customer) : null,
        "dispute" => books.Disputes.TryGetValue(id, out var dispute) ? DisputeDocument.Of(dispute) : null,
        "invoice" => books.Invoices.TryGetValue(id, out var invoice) ? InvoiceDocument.Of(invoice, version) : null,
        "invoice_payment" => books.InvoicePayments.TryGetValue(id, out var link) ? InvoicePaymentDocument.Of(link) : null,
        "payment_intent" => books.PaymentIntents.TryGetValue(id, out var payment) ? PaymentIntentDocument.Of(payment, version) : null,
        "price" => books.Prices.TryGetValue(id, out var price) ? PriceDocument.Of(price) : null,
        "refund" => books.Refunds.TryGetValue(id, out var refund) ? RefundDocument.Of(refund, version) : null,
        "subscription" => books.Subscriptions.TryGetValue(id, out var subscription) ? SubscriptionDocument.Of(subscription, version) : null,
        _ => null,
    };

    /// <summary>Puts in whole what the request asks for.</summary>
    public JsonObject Expanded(JsonObject document, string type, FormFields fields)
    {
        foreach (var path in Expansion.Paths(fields, type, old))
            Expand(document, type, path);
        return document;
    }

    private void Expand(JsonObject document, string type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || Expansion.Target(type, path[0], old) is not { } target || target == "?")
            return;
        if (target[0] == '[')
        {
            var list = document[path[0]] as JsonObject ?? Include(document, type, path[0]);
            if (path.Length > 2)
                ExpandEach(list, target[1..^1], path[2..]);
            return;
        }

        if (type[0] == '[')
        {
            ExpandEach(document, target, path[1..]);
            return;
        }

        if (document[path[0]] is JsonValue id)
            document[path[0]] = Find(target, (string)id!);
        if (document[path[0]] is JsonObject inner)
            Expand(inner, target, path[1..]);
    }

    private void ExpandEach(JsonObject list, string type, ReadOnlySpan<string> path)
    {
        foreach (var element in list["data"]!.AsArray().OfType<JsonObject>())
            Expand(element, type, path);
    }

    // Lists that an object shows only when asked, newest first.
    private JsonObject Include(JsonObject document, string type, string name)
    {
        var id = (string)document["id"]!;
        var list = (type, name) switch
        {
            ("checkout.session", _) => SessionDocument.LineItems(books.Orders[id].Session),
            ("charge", _) => Recent(
                $"/v1/charges/{id}/refunds", books.Refunds.Values.Where(refund => refund.Charge == id).Select(refund => RefundDocument.Of(refund, version))),
            ("invoice", _) => Recent(
                $"/v1/invoice_payments?invoice={id}",
                books.InvoicePayments.Values.Where(link => link.Invoice == id).Select(InvoicePaymentDocument.Of)),
            _ => Recent(
                $"/v1/customers/{id}/subscriptions",
                books.Subscriptions.Values.Where(one => one.Customer == id && one.EndedAt is null).Select(one => SubscriptionDocument.Of(one, version))),
        };
        document[name] = list;
        return list;
    }

    private static JsonObject Recent(string url, IEnumerable<JsonObject> oldestFirst)
    {
        List<JsonObject> all = [.. oldestFirst.Reverse()];
        return StripeJson.Page(url, all.Take(MostIncluded), all.Count > MostIncluded);
    }
}
