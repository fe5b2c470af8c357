using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Writes whole Stripe event documents, in the shapes of the API version asked for.</summary>
public static partial class StripeEvents
{
    /// <summary>The API version whose shapes are written by default.</summary>
    public const string CurrentApiVersion = "2026-07-29.dahlia";

    /// <summary>The last well-known version with the older shapes: periods and the invoice's subscription at the top level.</summary>
    public const string OlderApiVersion = "2024-06-20";

    /// <summary>The moment of every sample that names no other: 1 August 2026, midnight UTC.</summary>
    public static readonly DateTimeOffset SampleInstant = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The payer finished the checkout; look at <c>payment_status</c> for whether money moved.</summary>
    public static JsonObject CheckoutSessionCompleted(StripeCheckoutSession session, StripeEventOptions? options = null) =>
        Checkout("completed", session, options);

    /// <summary>Nobody paid in time.</summary>
    public static JsonObject CheckoutSessionExpired(StripeCheckoutSession session, StripeEventOptions? options = null) =>
        Checkout("expired", session, options);

    /// <summary>A delayed payment arrived.</summary>
    public static JsonObject CheckoutSessionAsyncPaymentSucceeded(StripeCheckoutSession session, StripeEventOptions? options = null) =>
        Checkout("async_payment_succeeded", session, options);

    /// <summary>A delayed payment did not arrive.</summary>
    public static JsonObject CheckoutSessionAsyncPaymentFailed(StripeCheckoutSession session, StripeEventOptions? options = null) =>
        Checkout("async_payment_failed", session, options);

    /// <summary>A subscription was made.</summary>
    public static JsonObject SubscriptionCreated(StripeSubscription subscription, StripeEventOptions? options = null) =>
        Subscription("created", subscription, null, options);

    /// <summary>A subscription changed; <paramref name="before"/> becomes <c>previous_attributes</c>.</summary>
    public static JsonObject SubscriptionUpdated(
        StripeSubscription subscription, StripeSubscription? before = null, StripeEventOptions? options = null) =>
        Subscription("updated", subscription, before ?? subscription, options);

    /// <summary>A subscription ended.</summary>
    public static JsonObject SubscriptionDeleted(StripeSubscription subscription, StripeEventOptions? options = null) =>
        Subscription("deleted", subscription, null, options);

    /// <summary>A trial ended without a payment method.</summary>
    public static JsonObject SubscriptionPaused(
        StripeSubscription subscription, StripeSubscription? before = null, StripeEventOptions? options = null) =>
        Subscription("paused", subscription, before, options);

    /// <summary>A paused subscription goes on.</summary>
    public static JsonObject SubscriptionResumed(
        StripeSubscription subscription, StripeSubscription? before = null, StripeEventOptions? options = null) =>
        Subscription("resumed", subscription, before, options);

    /// <summary>A trial ends in three days.</summary>
    public static JsonObject SubscriptionTrialWillEnd(StripeSubscription subscription, StripeEventOptions? options = null) =>
        Subscription("trial_will_end", subscription, null, options);

    /// <summary>An invoice is paid, by whatever means.</summary>
    public static JsonObject InvoicePaid(StripeInvoice invoice, StripeEventOptions? options = null) => Invoice("paid", invoice, options);

    /// <summary>A payment of an invoice succeeded; the same object as <see cref="InvoicePaid"/>.</summary>
    public static JsonObject InvoicePaymentSucceeded(StripeInvoice invoice, StripeEventOptions? options = null) =>
        Invoice("payment_succeeded", invoice, options);

    /// <summary>A payment of an invoice failed; <see cref="StripeInvoice.NextPaymentAttempt"/> says whether it is tried again.</summary>
    public static JsonObject InvoicePaymentFailed(StripeInvoice invoice, StripeEventOptions? options = null) =>
        Invoice("payment_failed", invoice, options);

    private static JsonObject Checkout(string what, StripeCheckoutSession session, StripeEventOptions? options)
    {
        ArgumentNullException.ThrowIfNull(session);
        options ??= new StripeEventOptions();
        return Event($"checkout.session.{what}", SessionDocument.Of(session, options.ApiVersion), null, session.Livemode, options);
    }

    private static JsonObject Subscription(
        string what, StripeSubscription subscription, StripeSubscription? before, StripeEventOptions? options)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        return Changed(
            $"customer.subscription.{what}", version => SubscriptionDocument.Of(subscription, version),
            before is null ? null : version => SubscriptionDocument.Of(before, version), subscription.Livemode, options);
    }

    private static JsonObject Invoice(string what, StripeInvoice invoice, StripeEventOptions? options)
    {
        ArgumentNullException.ThrowIfNull(invoice);
        options ??= new StripeEventOptions();
        return Event($"invoice.{what}", InvoiceDocument.Of(invoice, options.ApiVersion), null, invoice.Subscription.Livemode, options);
    }

    private static JsonObject Event(string type, JsonObject document, JsonObject? previous, bool livemode, StripeEventOptions options)
    {
        var data = new JsonObject { ["object"] = document };
        if (previous is not null)
            data["previous_attributes"] = previous;
        return new JsonObject
        {
            ["id"] = options.Id,
            ["object"] = "event",
            ["api_version"] = options.ApiVersion,
            ["created"] = options.Created.Unix(),
            ["data"] = data,
            ["livemode"] = livemode,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = options.RequestId, ["idempotency_key"] = options.IdempotencyKey },
            ["type"] = type,
        };
    }
}
