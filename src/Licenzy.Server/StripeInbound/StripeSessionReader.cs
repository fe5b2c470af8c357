using System.Text.Json;
using Licenzy.Domain.Billing;

namespace Licenzy.Server.StripeInbound;

/// <summary>Reads a session that was fetched, its subscription and payment in it, into the news its events would bring.</summary>
internal static class StripeSessionReader
{
    /// <summary>The news in the order of Stripe's events; none while the session is open, or its payment on the way.</summary>
    /// <param name="session">Stripe's session, with <c>subscription</c> and <c>payment_intent.latest_charge</c> whole.</param>
    /// <param name="asOf">Stripe's <c>Date</c>: the state holds as of then, older events of the subscription change nothing.</param>
    public static IReadOnlyList<BillingEvent> Read(JsonElement session, DateTimeOffset asOf)
    {
        try
        {
            return NewsOf(session, asOf);
        }
        catch (InvalidOperationException)
        {
            // Text with lone surrogates in it is no news.
            return [];
        }
    }

    /// <summary>The page to pay on, while the session is open.</summary>
    public static string? PageOf(JsonElement session) =>
        session.Text("status") == "open" && session.TryGetProperty("url", out var page) && page.ValueKind == JsonValueKind.String ? page.GetString() : null;

    private static IReadOnlyList<BillingEvent> NewsOf(JsonElement session, DateTimeOffset asOf)
    {
        if (session.Text("id") is not { } id || ResultOf(session) is not { } result)
        {
            return [];
        }

        var head = new UnknownEvent { Id = id, Type = "checkout.session", CreatedAt = HappenedAt(session, result) ?? asOf, Livemode = session.Flag("livemode") };
        List<BillingEvent?> news = [StripeObjectReader.Checkout(head, session, result)];
        if (session.Object("subscription") is { } subscription)
        {
            news.Add(StripeObjectReader.Subscription(
                head with { Id = subscription.Text("id") ?? id, Type = "subscription", CreatedAt = asOf, IsFetched = true }, subscription));
        }

        return [.. news.OfType<BillingEvent>().Where(one => one is not UnknownEvent)];
    }

    /// <summary>What became of a session that was fetched; <see langword="null"/> while nothing has.</summary>
    public static CheckoutResult? ResultOf(JsonElement session) => (session.Text("status"), session.Text("payment_status")) switch
    {
        ("expired", _) => CheckoutResult.Expired,
        ("complete", "paid" or "no_payment_required") => CheckoutResult.Paid,
        // A delayed payment that failed asks for another method; the session itself does not tell.
        ("complete", _) when session.Object("payment_intent")?.Text("status") is "requires_payment_method" or "canceled" => CheckoutResult.PaymentFailed,
        // Open, or paid by a way that takes days: nothing has become of it yet.
        _ => null,
    };

    // A purchase counts from its payment: the charge's instant, where nothing was charged the subscription's, else the session's own.
    private static DateTimeOffset? HappenedAt(JsonElement session, CheckoutResult result) =>
        result == CheckoutResult.Expired
            ? session.Time("expires_at")
            : session.Object("payment_intent")?.Object("latest_charge")?.Time("created")
              ?? session.Object("subscription")?.Time("created")
              ?? session.Time("created");
}
