using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Everything that can be read: one object by its id, or a page of them.</summary>
internal sealed class StripeReads(StripeBooks books, EventList events, StripeDoubleOptions options, string accountId)
{
    private static readonly ParameterGrammar OnlyExpand = new("expand[#] text");

    private static readonly ParameterGrammar OfPaymentIntent = new("client_secret text\nexpand[#] text");

    private static readonly Dictionary<string, string> Types = new()
    {
        ["charges"] = "charge", ["checkout/sessions"] = "checkout.session", ["customers"] = "customer", ["disputes"] = "dispute", ["invoices"] = "invoice",
        ["invoice_payments"] = "invoice_payment", ["payment_intents"] = "payment_intent", ["prices"] = "price", ["refunds"] = "refund",
        ["subscriptions"] = "subscription", ["events"] = "event",
    };

    private readonly StripeLists lists = new(books);

    /// <summary>The answer; <see langword="null"/> where there is no such route.</summary>
    public JsonObject? Read(StripeCall call, DateTimeOffset now) => call.Path.Split('/') switch
    {
        ["", "v1", "account"] => Account(call),
        ["", "v1", "events"] => events.Page(call.Fields, now),
        ["", "v1", "checkout", "sessions"] => lists.Find("checkout/sessions", call.Fields, Version(call)),
        ["", "v1", "checkout", "sessions", { Length: > 0 } id] => One(call, "checkout/sessions", id, now),
        ["", "v1", { Length: > 0 } collection] => lists.Find(collection, call.Fields, Version(call)),
        ["", "v1", "invoices", { Length: > 0 } id, "lines"] => lists.Lines(id, call.Fields, Version(call)),
        ["", "v1", { Length: > 0 } collection, { Length: > 0 } id] when Types.ContainsKey(collection) => One(call, collection, id, now),
        _ => null,
    };

    /// <summary>The version whose shapes a call gets.</summary>
    public string Version(StripeCall call) => call.StripeVersion ?? options.ApiVersion;

    private JsonObject One(StripeCall call, string collection, string id, DateTimeOffset now)
    {
        var type = Types[collection];
        (type == "payment_intent" ? OfPaymentIntent : OnlyExpand).Check(call.Fields);
        var documents = new StripeDocuments(books, Version(call));
        var found = (type == "event" ? events.Find(id, now) : documents.Find(type, id)) ?? throw StripeRefusalException.NoSuch(type, id, "id");
        return documents.Expanded(found, type, call.Fields);
    }

    private JsonObject Account(StripeCall call)
    {
        OnlyExpand.Check(call.Fields);
        return new StripeDocuments(books, Version(call)).Expanded(AccountDocument.Of(accountId), "account", call.Fields);
    }
}
