using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>One purchase from which a single event of any known type is written, with ids that agree across the types.</summary>
public sealed partial record StripeSample
{
    private static readonly StripeLineItem Monthly =
        new(new StripePrice("price_sample_monthly", 2000) { Interval = "month", ProductName = "Sample plan" });

    private static readonly StripeLineItem Once = new(new StripePrice("price_sample_once", 2000) { ProductName = "Sample pass" });

    /// <summary>What is bought. Default: a monthly plan for subscription events, else a one-time price.</summary>
    public StripeLineItem? Line { get; init; }

    /// <summary>The seller's own reference on the session.</summary>
    public string? ClientReferenceId { get; init; }

    /// <summary>Metadata of the session, and of the subscription where there is one.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The customer, <c>cus_…</c>.</summary>
    public string Customer { get; init; } = StripeIds.New("cus_", 14);

    /// <summary>The session's id.</summary>
    public string Session { get; init; } = StripeIds.Session(livemode: false);

    /// <summary>The subscription's id.</summary>
    public string Subscription { get; init; } = StripeIds.New("sub_1");

    /// <summary>The invoice's id.</summary>
    public string Invoice { get; init; } = StripeIds.New("in_1");

    /// <summary>The payment's id, where something is paid once.</summary>
    public string PaymentIntent { get; init; } = StripeIds.New("pi_3");

    /// <summary>The charge's id, for refunds and disputes of what was paid once.</summary>
    public string Charge { get; init; } = StripeIds.New("ch_3");

    /// <summary>The types that <see cref="Event"/> writes.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "checkout.session.completed", "checkout.session.expired",
        "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
        "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
        "customer.subscription.paused", "customer.subscription.resumed", "customer.subscription.trial_will_end",
        "invoice.paid", "invoice.payment_succeeded", "invoice.payment_failed",
        "charge.refunded", "refund.created", "refund.updated", "refund.failed",
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    ];

    /// <summary>Writes the event of a type as it looks when all goes the usual way.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="options">Id, instant and API version of the event.</param>
    /// <exception cref="ArgumentException">The type is not one of <see cref="Types"/>.</exception>
    public JsonObject Event(string type, StripeEventOptions? options = null)
    {
        options ??= new StripeEventOptions();
        var now = options.Created;
        return type switch
        {
            "checkout.session.completed" => StripeEvents.CheckoutSessionCompleted(Checkout(now), options),
            "checkout.session.expired" =>
                StripeEvents.CheckoutSessionExpired(Checkout(now) with { Status = "expired", PaymentStatus = "unpaid", PayerEmail = null }, options),
            "checkout.session.async_payment_succeeded" =>
                StripeEvents.CheckoutSessionAsyncPaymentSucceeded(Checkout(now) with { PaymentMethodType = "us_bank_account" }, options),
            "checkout.session.async_payment_failed" => StripeEvents.CheckoutSessionAsyncPaymentFailed(
                Checkout(now) with { PaymentMethodType = "us_bank_account", PaymentStatus = "unpaid" }, options),
            "customer.subscription.created" => StripeEvents.SubscriptionCreated(State(now) with { Status = "incomplete" }, options),
            "customer.subscription.updated" =>
                StripeEvents.SubscriptionUpdated(State(now), State(now) with { Status = "incomplete" }, options),
            "customer.subscription.deleted" => StripeEvents.SubscriptionDeleted(
                State(now) with { Status = "canceled", CanceledAt = now, EndedAt = now, CancellationReason = "cancellation_requested" }, options),
            "customer.subscription.paused" =>
                StripeEvents.SubscriptionPaused(Trial(now, "paused"), Trial(now, "trialing"), options),
            "customer.subscription.resumed" => StripeEvents.SubscriptionResumed(State(now), Trial(now, "paused"), options),
            "customer.subscription.trial_will_end" =>
                StripeEvents.SubscriptionTrialWillEnd(Trial(now.AddDays(3), "trialing"), options),
            "invoice.paid" => StripeEvents.InvoicePaid(Bill(now), options),
            "invoice.payment_succeeded" => StripeEvents.InvoicePaymentSucceeded(Bill(now), options),
            "invoice.payment_failed" => StripeEvents.InvoicePaymentFailed(
                Bill(now) with { Status = "open", PaidAt = null, BillingReason = "subscription_cycle", NextPaymentAttempt = now.AddDays(3) }, options),
            "charge.refunded" => StripeEvents.ChargeRefunded(Taken(now) with { AmountRefunded = Amount }, Taken(now), options),
            "refund.created" => StripeEvents.RefundCreated(Refund(now), options),
            "refund.updated" => StripeEvents.RefundUpdated(Refund(now), Refund(now) with { Status = "pending" }, options),
            "refund.failed" => StripeEvents.RefundFailed(
                Refund(now) with { Status = "failed", FailureReason = "expired_or_canceled_card" }, Refund(now), options),
            "charge.dispute.created" => StripeEvents.DisputeCreated(Dispute(now), options),
            "charge.dispute.updated" => StripeEvents.DisputeUpdated(Dispute(now) with { Status = "under_review", Submissions = 1 }, Dispute(now), options),
            "charge.dispute.closed" => StripeEvents.DisputeClosed(Dispute(now) with { Status = "won" }, options),
            _ => throw new ArgumentException($"'{type}' is not a type that can be written. Use one of: {string.Join(", ", Types)}.", nameof(type)),
        };
    }
}
