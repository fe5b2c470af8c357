namespace Licenzy.Testing;

/// <summary>Money: every try is a charge of a payment intent, and an invoice has an invoice payment beside it. The four always agree.</summary>
internal sealed class Payments(StripeBooks books)
{
    /// <summary>Tries to take the money of a new or known payment intent.</summary>
    /// <param name="payment">What is to be paid.</param>
    /// <param name="outcome">The charge's status: <c>succeeded</c>, <c>pending</c> or <c>failed</c>.</param>
    /// <param name="now">When.</param>
    public StripePaymentIntent Take(StripePaymentIntent payment, string outcome, DateTimeOffset now)
    {
        var charge = new StripeCharge
        {
            PaymentIntent = payment.Id, Invoice = payment.Invoice, Status = outcome, Amount = payment.Amount, Currency = payment.Currency,
            Customer = payment.Customer, Metadata = payment.Metadata, PaymentMethodType = payment.PaymentMethodType, Created = now,
            Livemode = payment.Livemode,
        };
        books.Charges.Add(charge.Id, charge);
        return books.PaymentIntents[payment.Id] = payment with { Charge = charge.Id, Status = IntentStatus(outcome) };
    }

    /// <summary>A payment that was on its way arrives or fails: the same charge.</summary>
    public StripePaymentIntent Settle(string paymentId, bool succeeded)
    {
        var payment = books.PaymentIntents[paymentId];
        var outcome = succeeded ? "succeeded" : "failed";
        books.Charges[payment.Charge!] = books.Charges[payment.Charge!] with { Status = outcome };
        return books.PaymentIntents[paymentId] = payment with { Status = IntentStatus(outcome) };
    }

    /// <summary>Tries to take an invoice's money. One with nothing to pay is paid without a payment.</summary>
    public StripeInvoice Collect(StripeInvoice invoice, string outcome, DateTimeOffset now)
    {
        var tried = invoice with
        {
            Status = outcome == "succeeded" ? "paid" : "open", PaidAt = outcome == "succeeded" ? now : null, AttemptCount = invoice.AttemptCount + 1,
            FinalizedAt = invoice.FinalizedAt ?? now, NextPaymentAttempt = null,
        };
        return tried.AmountDue == 0 ? Keep(tried) : Join(tried, Take(Payment(tried, now), outcome, now), now);
    }

    /// <summary>Notes on an invoice what became of its payment, and the link between the two.</summary>
    public StripeInvoice Join(StripeInvoice invoice, StripePaymentIntent payment, DateTimeOffset now)
    {
        payment = books.PaymentIntents[payment.Id] = payment with { Invoice = invoice.Id };
        if (payment.Charge is { } charge)
            books.Charges[charge] = books.Charges[charge] with { Invoice = invoice.Id };
        var link = books.InvoicePayments.Values.FirstOrDefault(link => link.Invoice == invoice.Id) ?? new StripeInvoicePayment
        {
            Invoice = invoice.Id, PaymentIntent = payment.Id, Amount = payment.Amount, Currency = payment.Currency, Created = now,
            Livemode = payment.Livemode,
        };
        var paid = payment.Status == "succeeded";
        books.InvoicePayments[link.Id] = link with { Status = paid ? "paid" : "open", PaidAt = paid ? now : null };
        return Keep(invoice with { PaymentIntent = payment.Id, Charge = payment.Charge });
    }

    /// <summary>Nobody will pay it any more.</summary>
    public StripeInvoice Close(StripeInvoice invoice, string status, DateTimeOffset now)
    {
        foreach (var link in books.InvoicePayments.Values.Where(link => link.Invoice == invoice.Id).ToList())
            books.InvoicePayments[link.Id] = link with { Status = "canceled", CanceledAt = now };
        return Keep(invoice with { Status = status, NextPaymentAttempt = null });
    }

    private StripeInvoice Keep(StripeInvoice invoice) => books.Invoices[invoice.Id] = invoice;

    private StripePaymentIntent Payment(StripeInvoice invoice, DateTimeOffset now) =>
        invoice.PaymentIntent is { } known ? books.PaymentIntents[known] : new StripePaymentIntent
        {
            Invoice = invoice.Id, Amount = invoice.AmountDue, Currency = invoice.Subscription.Currency, Customer = invoice.Subscription.Customer,
            Created = now, Livemode = invoice.Subscription.Livemode,
        };

    private static string IntentStatus(string outcome) => outcome switch
    {
        "succeeded" => "succeeded",
        "pending" => "processing",
        _ => "requires_payment_method",
    };
}
