using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>
/// What an invoice's news does. The subscription's own events carry its state; a paid invoice only proves that a later period is paid, should
/// those events be late. A failed payment changes nothing by itself: the subscription turns past_due.
/// </summary>
public static class InvoiceRules
{
    /// <summary>The rights after the event.</summary>
    /// <param name="invoice">The invoice.</param>
    /// <param name="held">The subject's rights.</param>
    /// <param name="productOf">The terms of a right's product, or <see langword="null"/>.</param>
    public static BillingOutcome Apply(InvoiceEvent invoice, IReadOnlyList<Entitlement> held, Func<Entitlement, ProductTerms?> productOf)
    {
        if (invoice.Result != InvoiceResult.Paid)
        {
            return BillingOutcome.Nothing;
        }

        var changes = held
            .Where(right => right.EndedAt is null && right.Subscription?.SubscriptionId == invoice.SubscriptionId && invoice.SubscriptionId is not null)
            .Select(right => (Before: right, After: Extended(right, right.Subscription!, invoice)))
            .Where(pair => pair.After is not null)
            .Select(pair => new EntitlementChange(
                pair.Before, IncludedUnits.Refill(pair.Before, pair.After!, productOf(pair.Before), isNew: false), ChangeReason.InvoicePaid));
        return new BillingOutcome(null, [.. changes]);
    }

    private static Entitlement? Extended(Entitlement right, SubscriptionTerms terms, InvoiceEvent invoice)
    {
        // State newer than the payment knows better: it may have changed the period on purpose.
        if (terms.PeriodEnd is not { } known || terms.AsOf is not { } asOf || asOf >= invoice.CreatedAt)
        {
            return null;
        }

        return invoice.Lines.FirstOrDefault(line => line.ItemId is not null && line.ItemId == terms.ItemId && line.PeriodEnd > known) is { } paid
            ? right with { Subscription = terms with { PeriodStart = paid.PeriodStart ?? terms.PeriodStart, PeriodEnd = paid.PeriodEnd } }
            : null;
    }
}
