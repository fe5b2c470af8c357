using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>What is remembered of the money behind some of a subject's rights.</summary>
/// <param name="SubscriptionId">The subscription whose invoices these are; <see langword="null"/> where they are nobody's.</param>
/// <param name="Invoices">Its paid invoices, the latest of them at least.</param>
/// <param name="Payments">Payments of those invoices, and of one-time purchases.</param>
public sealed record BillingFacts(string? SubscriptionId, IReadOnlyList<PaidInvoice> Invoices, IReadOnlyList<Payment> Payments)
{
    /// <summary>Nothing is known, nothing follows.</summary>
    public static BillingFacts None { get; } = new(null, [], []);

    /// <summary>The facts with a paid invoice; however often it is told, it was paid once.</summary>
    public BillingFacts With(PaidInvoice paid) => this with { Invoices = [.. Invoices.Where(other => other.Id != paid.Id), paid] };

    /// <summary>The facts with what is now known of a payment.</summary>
    public BillingFacts With(Payment payment) => this with { Payments = [.. Payments.Where(other => other.Id != payment.Id), payment] };

    /// <summary>What took the money behind the right back; <see langword="null"/> while it stands.</summary>
    public PaymentBlock? BlockOf(Entitlement right) => right.Subscription is { } terms ? InvoiceBlock(terms) : PurchaseBlock(right);

    /// <summary>Whether a payment is what the right is blocked for.</summary>
    public bool IsTakenBackBy(Payment payment, Entitlement right) => right.Block is not null
        && (right.Subscription is { } terms
            ? terms.SubscriptionId == SubscriptionId && Latest(terms).Invoice?.Id is { } invoice && invoice == payment.InvoiceId
            : right.StripePaymentIntentId == payment.Id);

    /// <summary>Whether a subscription's right runs longer than what is known to be paid: a later invoice may be unknown here, or not be paid yet.</summary>
    public bool IsBehind(Entitlement right) =>
        right is { EndedAt: null, Subscription: { PeriodEnd: { } end } terms } && terms.SubscriptionId == SubscriptionId && !(Latest(terms).Line?.PeriodEnd >= end);

    private PaymentBlock? PurchaseBlock(Entitlement right) =>
        Payments.FirstOrDefault(payment => payment.Id == right.StripePaymentIntentId) is { } paid ? paid.BlockOf() : right.Block;

    // Of the latest paid period only, and only if it was the current one then: other months' refunds are a matter of their own. A later period's
    // payment lifts it, whatever the subscription's events say.
    private PaymentBlock? InvoiceBlock(SubscriptionTerms terms)
    {
        var latest = Latest(terms);
        if (latest.Invoice is null)
        {
            return null;
        }

        Payment[] payments = [.. Payments.Where(payment => payment.InvoiceId == latest.Invoice.Id)];
        var due = latest.Invoice.AmountPaid ?? payments.Aggregate((long?)0, (sum, payment) => sum + payment.Amount);
        return PaymentRules.BlockOf(payments, due) is { } block && block.Since < latest.Line!.PeriodEnd ? block : null;
    }

    // An item that took another's place has no line yet: what was paid for the subscription is paid for it.
    private (PaidInvoice Invoice, InvoiceLine? Line) Latest(SubscriptionTerms terms) =>
        Latest(invoice => invoice.LineOf(terms.ItemId)) is { Invoice: not null } own ? own : Latest(invoice => invoice.LastLine);

    private (PaidInvoice Invoice, InvoiceLine? Line) Latest(Func<PaidInvoice, InvoiceLine?> lineOf) => Invoices
        .Select(invoice => (Invoice: invoice, Line: lineOf(invoice)))
        .Where(paid => paid.Line is not null)
        .OrderBy(paid => paid.Line!.PeriodEnd).ThenBy(paid => paid.Invoice.PaidAt).ThenBy(paid => paid.Invoice.Id, StringComparer.Ordinal)
        .LastOrDefault();
}
