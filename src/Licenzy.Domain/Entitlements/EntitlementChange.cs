namespace Licenzy.Domain.Entitlements;

/// <summary>What a rule decided about one right. The one value through which rights ever change.</summary>
/// <param name="Before">The right as it was; <see langword="null"/> where it is new.</param>
/// <param name="After">The right as it shall be.</param>
/// <param name="Reason">Why, for history and events.</param>
public sealed record EntitlementChange(Entitlement? Before, Entitlement After, ChangeReason Reason);

/// <summary>Why a right changed; open, more will come.</summary>
public enum ChangeReason
{
    /// <summary>A purchase was paid.</summary>
    CheckoutFinalized,

    /// <summary>A pass paid for earlier was reported later and goes first.</summary>
    PassMoved,

    /// <summary>Stripe reported a new state of the subscription.</summary>
    SubscriptionUpdated,

    /// <summary>Stripe deleted the subscription.</summary>
    SubscriptionDeleted,

    /// <summary>An invoice was paid.</summary>
    InvoicePaid,

    /// <summary>An operator gave the right.</summary>
    ManualGrant,

    /// <summary>Units were consumed.</summary>
    UsageConsumed,
}
