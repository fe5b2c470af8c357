using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Licenzy.Testing;

/// <summary>Answers a call from the books: who is calling, in which version, what for.</summary>
internal sealed partial class StripeApi(StripeBooks books, CheckoutCreation checkouts, StripeDoubleOptions options, string secretKey, string accountId)
{
    private const int MaxIdempotencyKey = 255;

    public StripeAnswer Answer(StripeCall call, DateTimeOffset now)
    {
        try
        {
            CheckCaller(call);
            lock (books)
            {
                return call switch
                {
                    { Method: "POST", Path: "/v1/checkout/sessions" } => Once(call, now, () => Create(call, now)),
                    { Method: "GET" } => StripeAnswer.Ok(Read(call)),
                    _ => throw Unrecognized(call),
                };
            }
        }
        catch (StripeRefusalException refusal)
        {
            return StripeAnswer.Refused(refusal, call.RequestId);
        }
    }

    private void CheckCaller(StripeCall call)
    {
        const string scheme = "Bearer ";
        if (call.Authorization is not { } header || !header.StartsWith(scheme, StringComparison.Ordinal) || header.Length == scheme.Length)
        {
            throw new StripeRefusalException(
                401, "invalid_request_error", null,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.");
        }

        // As Stripe does, show no more of a wrong key than its end.
        if (header[scheme.Length..] != secretKey)
        {
            throw new StripeRefusalException(
                401, "invalid_request_error", null, $"Invalid API Key provided: {new string('*', 8)}{header[^Math.Min(4, header.Length - scheme.Length)..]}");
        }

        if (call.StripeVersion is { } version && !VersionForm().IsMatch(version))
            throw StripeRefusalException.Invalid($"Invalid Stripe API version: {version}");
        if (call.HasBody && call.ContentType?.Split(';')[0].Trim() != "application/x-www-form-urlencoded")
            throw StripeRefusalException.Invalid("Invalid request (check that your POST content type is application/x-www-form-urlencoded).");
        if (call.IdempotencyKey is { Length: > MaxIdempotencyKey or 0 })
            throw StripeRefusalException.Invalid($"Idempotency keys must be between 1 and {MaxIdempotencyKey} characters.");
    }

    private StripeAnswer Once(StripeCall call, DateTimeOffset now, Func<JsonObject> execute)
    {
        if (books.Idempotency.Find(call, now) is { } first)
            return first;
        var answer = StripeAnswer.Ok(execute());
        books.Idempotency.Keep(call, answer, now);
        return answer;
    }

    private JsonObject Create(StripeCall call, DateTimeOffset now)
    {
        var order = checkouts.Create(call, now);
        books.Orders.Add(order.Session.Id, order);
        return Session(call, order.Session, Expansion.Check(call.Fields, Expansion.OfSession));
    }

    private JsonObject Read(StripeCall call)
    {
        string[] parts = call.Path.Split('/');
        return parts switch
        {
            ["", "v1", "account"] => Account(call),
            ["", "v1", "checkout", "sessions", { Length: > 0 } id] => Session(
                call, Find(books.Orders, "checkout.session", id).Session, Expansion.CheckRead(call.Fields, Expansion.OfSession)),
            ["", "v1", "prices", { Length: > 0 } id] => Plain(call, PriceDocument.Of(Find(books.Prices, "price", id)), Expansion.OfPrice),
            ["", "v1", "subscriptions", { Length: > 0 } id] => Plain(
                call, SubscriptionDocument.Of(Find(books.Subscriptions, "subscription", id), Version(call)), Expansion.OfSubscription),
            ["", "v1", "customers", { Length: > 0 } id] => Plain(
                call, CustomerDocument.Of(Find(books.Customers, "customer", id)), Expansion.OfCustomer),
            _ => throw Unrecognized(call),
        };
    }

    private JsonObject Session(StripeCall call, StripeCheckoutSession session, IReadOnlyList<string> expand)
    {
        var document = SessionDocument.Of(session, Version(call));
        var names = expand.Select(path => path.Split('.')[0]).ToHashSet();
        if (names.Contains("line_items"))
            document["line_items"] = SessionDocument.LineItems(session);
        if (names.Contains("subscription") && session.Subscription is { } subscription)
            document["subscription"] = SubscriptionDocument.Of(books.Subscriptions[subscription], Version(call));
        if (names.Contains("customer") && session.Customer is { } customer)
            document["customer"] = CustomerDocument.Of(books.Customers[customer]);
        if (names.Contains("invoice") && session.Invoice is { } invoice)
            document["invoice"] = InvoiceDocument.Of(books.Invoices[invoice], Version(call));
        return document;
    }

    private JsonObject Account(StripeCall call) => Plain(call, AccountDocument.Of(accountId), []);

    private static JsonObject Plain(StripeCall call, JsonObject document, string[] expandable)
    {
        Expansion.CheckRead(call.Fields, expandable);
        return document;
    }

    private string Version(StripeCall call) => call.StripeVersion ?? options.ApiVersion;

    private static T Find<T>(Dictionary<string, T> all, string kind, string id) =>
        all.TryGetValue(id, out var found) ? found : throw StripeRefusalException.NoSuch(kind, id, "id");

    private static StripeRefusalException Unrecognized(StripeCall call) => new(
        404, "invalid_request_error", null,
        $"Unrecognized request URL ({call.Method}: {call.Path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionForm();
}
