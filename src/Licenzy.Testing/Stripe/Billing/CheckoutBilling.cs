namespace Licenzy.Testing;

/// <summary>What happens when somebody pays, pays later, or does not.</summary>
internal sealed class CheckoutBilling(StripeBooks books, DoubleClock clock)
{
    private readonly Payments payments = new(books);

    public Change<StripeCheckoutSession> Pay(string sessionId, string? email, bool later)
    {
        var order = Open(sessionId);
        var now = clock.Now;
        if (order.Begun is { } begun && books.Subscriptions[begun].Status != "incomplete")
            throw new InvalidOperationException($"The subscription '{begun}' of session '{sessionId}' waited too long. Call ExpireAsync.");
        var session = Paying(order, email, later, now) with { Status = "complete", Url = null };
        var payment = session.AmountTotal > 0 ? payments.Take(Payment(order, session, now), later ? "pending" : "succeeded", now) : null;
        return session.Mode == "subscription"
            ? new FirstPeriod(books).Start(order, session, payment, now, changed => Keep(order, changed))
            : Change(order, session with { PaymentIntent = payment?.Id }, now, StripeEvents.CheckoutSessionCompleted);
    }

    /// <summary>The payer confirms, and the bank asks for one more step: a subscription is there, but incomplete; the session stays open.</summary>
    public Change<StripeSubscription> Begin(string sessionId, string? email)
    {
        var order = Open(sessionId);
        var now = clock.Now;
        if (order.Session is not { Mode: "subscription", AmountTotal: > 0 } || order.Begun is not null)
            throw new InvalidOperationException($"The session '{sessionId}' begins no subscription with a payment, or has begun it already.");
        var session = Paying(order, email, later: false, now);
        var payment = books.PaymentIntents[NewPayment(order, session, now).Id];
        var (made, created) = new FirstPeriod(books).Begin(order, session, payment, now);
        Keep(order with { Begun = made.Id }, order.Session with { Customer = session.Customer });
        return new(made, [created]);
    }

    public Change<StripeCheckoutSession> Discount(string sessionId, int percentOff)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percentOff, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentOff, 100);
        var order = Open(sessionId);
        var full = order.Session.AmountTotal + order.Session.AmountDiscount;
        var off = full * percentOff / 100;
        var session = order.Session with { AmountTotal = full - off, AmountDiscount = off };
        Keep(order, session);
        return new(session, []);
    }

    public Change<StripeCheckoutSession> Settle(string sessionId, bool succeeded)
    {
        var order = Find(sessionId);
        var invoice = order.Session.Invoice is { } id ? books.Invoices[id] : null;
        var paymentId = order.Session.PaymentIntent ?? invoice?.PaymentIntent;
        if (paymentId is null || books.PaymentIntents[paymentId] is not { Status: "processing" } payment)
            throw new InvalidOperationException($"No payment of session '{sessionId}' is on its way. Call PayLaterAsync first.");

        var now = clock.Now;
        payments.Settle(payment.Id, succeeded);
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

    private StripeCheckoutSession Paying(CheckoutOrder order, string? email, bool later, DateTimeOffset now) => order.Session with
    {
        Customer = Customer(order, email, now, out var payer), PayerEmail = payer, PaymentMethodType = later ? "us_bank_account" : "card",
        PaymentStatus = order.Session.AmountTotal == 0 ? "no_payment_required" : later ? "unpaid" : "paid",
    };

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

    private StripePaymentIntent Payment(CheckoutOrder order, StripeCheckoutSession session, DateTimeOffset now) =>
        order.Begun is { } begun
            ? books.PaymentIntents[books.Invoices[books.Subscriptions[begun].LatestInvoice!].PaymentIntent!]
            : NewPayment(order, session, now);

    private StripePaymentIntent NewPayment(CheckoutOrder order, StripeCheckoutSession session, DateTimeOffset now)
    {
        var payment = new StripePaymentIntent
        {
            Status = "requires_action", Amount = session.AmountTotal, Currency = session.Currency, Customer = session.Customer,
            Metadata = order.PaymentIntentMetadata, PaymentMethodType = session.PaymentMethodType, Created = now, Livemode = session.Livemode,
        };
        return books.PaymentIntents[payment.Id] = payment;
    }
}
