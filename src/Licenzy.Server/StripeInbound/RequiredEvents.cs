namespace Licenzy.Server.StripeInbound;

/// <summary>The events to select for the endpoint in Stripe's dashboard: all that change a right (CONTRACT §5).</summary>
internal static class RequiredEvents
{
    public static IReadOnlyList<string> All { get; } =
    [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "customer.subscription.created",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice.payment_failed",
        "charge.refunded",
        // Of some payment methods a refund's fate is told by this one alone. With it the list is as long as Stripe's filter of events may be.
        "charge.refund.updated",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ];

    /// <summary>The type where it is one of these, else one word for all others: a tenant signs what it likes.</summary>
    public static string Label(string type) => All.Contains(type) ? type : "other";
}
