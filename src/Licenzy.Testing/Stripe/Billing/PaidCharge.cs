namespace Licenzy.Testing;

/// <summary>The charge behind whatever a test holds in its hand: a charge, a payment, an invoice or a checkout.</summary>
internal static class PaidCharge
{
    public static StripeCharge Find(StripeBooks books, string id)
    {
        var known = books.Charges.ContainsKey(id) ? id
            : books.PaymentIntents.TryGetValue(id, out var payment) ? payment.Charge
            : books.Invoices.TryGetValue(id, out var invoice) ? invoice.Charge
            : books.Orders.TryGetValue(id, out var order) ? OfSession(books, order.Session)
            : throw new ArgumentException($"There is no charge, payment intent, invoice or session '{id}'.", nameof(id));
        return known is not null && books.Charges[known] is { Status: "succeeded" } charge
            ? charge
            : throw new InvalidOperationException($"No money was taken for '{id}'.");
    }

    private static string? OfSession(StripeBooks books, StripeCheckoutSession session) =>
        session.PaymentIntent is { } payment ? books.PaymentIntents[payment].Charge
        : session.Invoice is { } invoice ? books.Invoices[invoice].Charge
        : null;
}
