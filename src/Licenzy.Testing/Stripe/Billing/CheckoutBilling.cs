namespace Licenzy.Testing;

/// <summary>What happens when somebody pays, pays later, or does not.</summary>
internal sealed class CheckoutBilling(StripeBooks books, DoubleClock clock)
{
    public Change<StripeCheckoutSession> Pay(string sessionId, string? email, bool later)
    {
        var order = Open(sessionId);
        var now = clock.Now;
        var session = order.Session with
        {
            Status = "complete", Url = null, Customer = Customer(order, email, now, out var payer), PayerEmail = payer,
            PaymentMethodType = later ? "us_bank_account" : "card",
            PaymentStatus = order.Session.AmountTotal == 0 ? "no_payment_required" : later ? "unpaid" : "paid",
        };
        var payment = session.AmountTotal > 0 ? Payment(order, session, later, now) : null;
        return session.Mode == "subscription"
            ? new FirstPeriod(books).Start(order, session, payment, now, Keep)
            : Change(order, session with { PaymentIntent = payment?.Id }, now, StripeEvents.CheckoutSessionCompleted);
    }

    public Change<StripeCheckoutSession> Settle(string sessionId, bool succeeded)
    {
        var order = Find(sessionId);
        var invoice = order.Session.Invoice is { } id ? books.Invoices[id] : null;
        var paymentId = order.Session.PaymentIntent ?? invoice?.PaymentIntent;
        if (paymentId is null || books.PaymentIntents[paymentId] is not { Status: "processing" } payment)
            throw new InvalidOperationException($"No payment of session '{sessionId}' is on its way. Call PayLaterAsync first.");

        var now = clock.Now;
        books.PaymentIntents[payment.Id] = payment with { Status = succeeded ? "succeeded" : "requires_payment_method" };
        var session = order.Session with { PaymentStatus = succeeded ? "paid" : "unpaid" };
        var change = succeeded
            ? Change(order, session, now, StripeEvents.CheckoutSessionAsyncPaymentSucceeded)
            : Change(order, session, now, StripeEvents.CheckoutSessionAsyncPaymentFailed);
        return invoice is null
            ? change
            : change with { Events = [.. change.Events, .. new FirstPeriod(books).Settle(invoice, succeeded, now)] };
    }

    public Change<StripeCheckoutSession> Expire(string sessionId)
    {
        var order = Open(sessionId, evenIfLate: true);
        clock.MoveTo(order.Session.ExpiresAt);
        return Change(order, order.Session with { Status = "expired", Url = null }, clock.Now, StripeEvents.CheckoutSessionExpired);
    }

    private Change<StripeCheckoutSession> Change(
        CheckoutOrder order, StripeCheckoutSession session, DateTimeOffset now,
        Func<StripeCheckoutSession, StripeEventOptions?, System.Text.Json.Nodes.JsonObject> write)
    {
        Keep(order, session);
        return new(session, [new PendingEvent(now, options => write(session, options))]);
    }

    private void Keep(CheckoutOrder order, StripeCheckoutSession session) => books.Orders[session.Id] = order with { Session = session };

    private CheckoutOrder Find(string sessionId) =>
        books.Orders.TryGetValue(sessionId, out var order)
            ? order
            : throw new ArgumentException($"There is no session '{sessionId}'.", nameof(sessionId));

    private CheckoutOrder Open(string sessionId, bool evenIfLate = false)
    {
        var order = Find(sessionId);
        if (order.Session.Status != "open")
            throw new InvalidOperationException($"The session '{sessionId}' is {order.Session.Status}, not open.");
        return evenIfLate || clock.Now < order.Session.ExpiresAt
            ? order
            : throw new InvalidOperationException($"The session '{sessionId}' could be paid until {order.Session.ExpiresAt:u}. Call ExpireAsync.");
    }

    // A one-time payment makes no customer unless the seller asked for one: the payer is a guest.
    private string? Customer(CheckoutOrder order, string? email, DateTimeOffset now, out string payer)
    {
        var known = order.Session.Customer is { } id ? books.Customers[id] : null;
        payer = known?.Email ?? order.Session.CustomerEmail ?? email ?? "payer@example.com";
        if (known is not null || (order.Session.Mode == "payment" && order.Session.CustomerCreation != "always"))
            return known?.Id;
        var customer = new StripeCustomer(StripeIds.New("cus_", 14), payer, now) { Livemode = order.Session.Livemode };
        books.Customers.Add(customer.Id, customer);
        return customer.Id;
    }

    private StripePaymentIntent Payment(CheckoutOrder order, StripeCheckoutSession session, bool later, DateTimeOffset now)
    {
        var payment = new StripePaymentIntent
        {
            Status = later ? "processing" : "succeeded", Amount = session.AmountTotal, Currency = session.Currency, Customer = session.Customer,
            Metadata = order.PaymentIntentMetadata, Created = now, Livemode = session.Livemode,
        };
        books.PaymentIntents.Add(payment.Id, payment);
        return payment;
    }
}
