using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Answers a call from the books: reads, and the two things that can be made.</summary>
internal sealed class StripeApi(StripeBooks books, StripeReads reads, CheckoutCreation checkouts, PortalCreation portals, string secretKey)
{
    public StripeAnswer Answer(StripeCall call, DateTimeOffset now)
    {
        try
        {
            CallerCheck.Check(call, secretKey);
            lock (books)
            {
                return call switch
                {
                    { Method: "POST", Path: "/v1/checkout/sessions" } => Once(call, now, () => CreateCheckout(call, now)),
                    { Method: "POST", Path: "/v1/billing_portal/sessions" } => Once(call, now, () => CreatePortalSession(call, now)),
                    { Method: "GET" } => StripeAnswer.Ok(reads.Read(call, now) ?? throw Unrecognized(call)),
                    _ => throw Unrecognized(call),
                };
            }
        }
        catch (StripeRefusalException refusal)
        {
            return StripeAnswer.Refused(refusal, call.RequestId);
        }
    }

    private StripeAnswer Once(StripeCall call, DateTimeOffset now, Func<JsonObject> execute)
    {
        if (books.Idempotency.Find(call, now) is { } first)
            return first;
        var answer = StripeAnswer.Ok(execute());
        books.Idempotency.Keep(call, answer, now);
        return answer;
    }

    private JsonObject CreateCheckout(StripeCall call, DateTimeOffset now)
    {
        Expansion.Paths(call.Fields, "checkout.session", ApiShape.IsOld(reads.Version(call)));
        var order = checkouts.Create(call, now);
        books.Orders.Add(order.Session.Id, order);
        return Expanded(call, SessionDocument.Of(order.Session, reads.Version(call)), "checkout.session");
    }

    private JsonObject CreatePortalSession(StripeCall call, DateTimeOffset now) =>
        Expanded(call, PortalSessionDocument.Of(portals.Create(call.Fields, now)), "billing_portal.session");

    private JsonObject Expanded(StripeCall call, JsonObject document, string type) =>
        new StripeDocuments(books, reads.Version(call)).Expanded(document, type, call.Fields);

    private static StripeRefusalException Unrecognized(StripeCall call) => new(
        404, "invalid_request_error", null,
        $"Unrecognized request URL ({call.Method}: {call.Path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");
}
