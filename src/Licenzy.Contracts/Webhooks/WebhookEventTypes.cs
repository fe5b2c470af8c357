namespace Licenzy.Webhooks;

/// <summary>The types of outbound events (CONTRACT §1). More may come.</summary>
public static class WebhookEventTypes
{
    /// <summary>A purchase was paid and gave its right.</summary>
    public const string PurchaseFinalized = "purchase.finalized";

    /// <summary>A right changed, whatever changed it.</summary>
    public const string EntitlementUpdated = "entitlement.updated";

    /// <summary>Units were consumed; one for each consumption, and only where an endpoint names the type.</summary>
    public const string UsageConsumed = "usage.consumed";

    /// <summary>Stripe reported a new state of a subscription.</summary>
    public const string SubscriptionUpdated = "subscription.updated";

    /// <summary>A subscription ended at Stripe.</summary>
    public const string SubscriptionDeleted = "subscription.deleted";

    /// <summary>An invoice of a subscription was paid.</summary>
    public const string InvoicePaymentSucceeded = "invoice.payment_succeeded";

    /// <summary>A payment of a subscription's invoice failed.</summary>
    public const string InvoicePaymentFailed = "invoice.payment_failed";

    /// <summary>A right ends in 72 hours.</summary>
    public const string EntitlementExpiring = "entitlement.expiring";

    /// <summary>A right ended by time alone.</summary>
    public const string EntitlementExpired = "entitlement.expired";

    /// <summary>The last unit of a right was consumed.</summary>
    public const string UsageDepleted = "usage.depleted";

    /// <summary>A purchase minted a licence key.</summary>
    public const string LicenseIssued = "license.issued";

    /// <summary>A licence changed: suspended, reinstated, or its right did.</summary>
    public const string LicenseUpdated = "license.updated";

    /// <summary>A licence was taken back.</summary>
    public const string LicenseRevoked = "license.revoked";

    /// <summary>Sent on request, to try an endpoint.</summary>
    public const string EndpointTest = "endpoint.test";

    /// <summary>All of them, in the order of the documents.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PurchaseFinalized, EntitlementUpdated, UsageConsumed, SubscriptionUpdated, SubscriptionDeleted, InvoicePaymentSucceeded, InvoicePaymentFailed,
        EntitlementExpiring, EntitlementExpired, UsageDepleted, LicenseIssued, LicenseUpdated, LicenseRevoked, EndpointTest,
    ];
}
