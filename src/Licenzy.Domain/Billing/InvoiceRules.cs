using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>
/// What a paid invoice proves. The subscription's own events carry its state; a payment only proves that a later period is paid, should those
/// events be late. A failed payment changes nothing by itself: the subscription turns past_due.
/// </summary>
internal static class InvoiceRules
{
    /// <summary>The terms with the latest period that was paid; <see langword="null"/> where that is known already.</summary>
    public static SubscriptionTerms? Proved(SubscriptionTerms terms, IReadOnlyList<PaidInvoice> invoices)
    {
        // State newer than a payment knows better: it may have changed the period on purpose.
        var latest = invoices.Where(invoice => invoice.PaidAt > terms.AsOf).Select(invoice => invoice.LineOf(terms.ItemId)).MaxBy(line => line?.PeriodEnd);
        return latest?.PeriodEnd > terms.PeriodEnd
            ? terms with { PeriodStart = latest.PeriodStart ?? terms.PeriodStart, PeriodEnd = latest.PeriodEnd }
            : null;
    }
}
