namespace Licenzy.Testing;

/// <content>What this Stripe knows, for setting up and for assertions.</content>
public sealed partial class StripeDouble
{
    /// <summary>Every Checkout Session so far.</summary>
    public IReadOnlyList<StripeCheckoutSession> Sessions => Locked(() => books.Orders.Values.Select(order => order.Session));

    /// <summary>Every subscription so far.</summary>
    public IReadOnlyList<StripeSubscription> Subscriptions => Locked(() => books.Subscriptions.Values);

    /// <summary>Every invoice so far.</summary>
    public IReadOnlyList<StripeInvoice> Invoices => Locked(() => books.Invoices.Values);

    /// <summary>Every payment so far, of checkouts and of invoices.</summary>
    public IReadOnlyList<StripePaymentIntent> PaymentIntents => Locked(() => books.PaymentIntents.Values);

    /// <summary>Every try to take money so far.</summary>
    public IReadOnlyList<StripeCharge> Charges => Locked(() => books.Charges.Values);

    /// <summary>Every refund so far.</summary>
    public IReadOnlyList<StripeRefund> Refunds => Locked(() => books.Refunds.Values);

    /// <summary>Every dispute and inquiry so far.</summary>
    public IReadOnlyList<StripeDispute> Disputes => Locked(() => books.Disputes.Values);

    /// <summary>Every link of an invoice to its payment so far.</summary>
    public IReadOnlyList<StripeInvoicePayment> InvoicePayments => Locked(() => books.InvoicePayments.Values);

    /// <summary>Every customer so far.</summary>
    public IReadOnlyList<StripeCustomer> Customers => Locked(() => books.Customers.Values);

    /// <summary>Adds a price, or replaces the one with the same id.</summary>
    /// <param name="id">The price's id, <c>price_…</c>.</param>
    /// <param name="unitAmount">The amount for one, in the currency's smallest unit.</param>
    /// <param name="currency">Three lower-case letters.</param>
    /// <param name="recurring">Whether it is billed again and again; otherwise it is paid once.</param>
    /// <param name="interval"><c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>, where it is recurring.</param>
    /// <param name="intervalCount">How many intervals a period lasts.</param>
    /// <param name="productName">What is sold, as the payer reads it.</param>
    /// <param name="active">Whether new checkouts may use it.</param>
    public StripePrice AddPrice(
        string id, long unitAmount, string currency = "usd", bool recurring = false, string interval = "month", int intervalCount = 1,
        string productName = "Example product", bool active = true) => AddPrice(new StripePrice(id, unitAmount, currency)
        {
            Interval = recurring ? interval : null, IntervalCount = intervalCount, ProductName = productName, Active = active,
            Livemode = options.Livemode, Created = Now,
        });

    /// <summary>Adds a price, or replaces the one with the same id.</summary>
    public StripePrice AddPrice(StripePrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        lock (books)
            return books.Prices[price.Id] = price;
    }

    /// <summary>Adds a customer, for checkouts that name one.</summary>
    public StripeCustomer AddCustomer(string? email = null, string? id = null, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var customer = new StripeCustomer(id ?? StripeIds.New("cus_", 14), email, Now)
        {
            Livemode = options.Livemode, Metadata = metadata ?? new Dictionary<string, string>(),
        };
        lock (books)
            return books.Customers[customer.Id] = customer;
    }

    internal StripeCheckoutSession? FindSession(string id)
    {
        lock (books)
            return books.Orders.GetValueOrDefault(id)?.Session;
    }

    private PortalSession? FindPortalSession(string id)
    {
        lock (books)
            return books.PortalSessions.GetValueOrDefault(id);
    }

    private IReadOnlyList<T> Locked<T>(Func<IEnumerable<T>> read)
    {
        lock (books)
            return [.. read()];
    }
}
