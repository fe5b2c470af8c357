using Licenzy.Domain.Usage;

namespace Licenzy.Domain.Entitlements;

/// <summary>What a rule decided about one right. The one value through which rights ever change.</summary>
/// <param name="Before">The right as it was; <see langword="null"/> where it is new.</param>
/// <param name="After">The right as it shall be.</param>
/// <param name="Reason">Why, for history and events.</param>
public sealed record EntitlementChange(Entitlement? Before, Entitlement After, ChangeReason Reason)
{
    /// <summary>What became of its units, where the balances alone do not tell; see <see cref="UnitMovements.Movements"/>.</summary>
    public IReadOnlyList<UnitMovement>? Moved { get; init; }
}

/// <summary>Why a right changed; open, more will come.</summary>
public enum ChangeReason
{
    /// <summary>A purchase was paid.</summary>
    CheckoutFinalized,

    /// <summary>A pass of the same product before it came, went or came back.</summary>
    PassMoved,

    /// <summary>Stripe reported a new state of the subscription.</summary>
    SubscriptionUpdated,

    /// <summary>Stripe deleted the subscription.</summary>
    SubscriptionDeleted,

    /// <summary>An invoice was paid.</summary>
    InvoicePaid,

    /// <summary>The payment was refunded in full.</summary>
    Refund,

    /// <summary>The payment was disputed, or the dispute was lost.</summary>
    Dispute,

    /// <summary>A refund failed, a dispute ended well, or a later period was paid: the right is back.</summary>
    PaymentRestored,

    /// <summary>An operator gave the right.</summary>
    ManualGrant,

    /// <summary>Units were consumed.</summary>
    UsageConsumed,

    /// <summary>An operator took the right back.</summary>
    ManualRevoke,

    /// <summary>An operator corrected a balance.</summary>
    UsageAdjusted,

    /// <summary>Units were set aside.</summary>
    UsageHeld,

    /// <summary>Units that were set aside came back: released, left over by a commit, or because the hold ended.</summary>
    UsageReleased,

    /// <summary>A consumption was taken back.</summary>
    UsageReversed,
}
