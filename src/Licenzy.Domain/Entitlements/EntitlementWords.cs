namespace Licenzy.Domain.Entitlements;

/// <summary>What sort of right it is (CONTRACT §2: the product says).</summary>
public enum EntitlementKind
{
    /// <summary>Access while a subscription is paid.</summary>
    Subscription,

    /// <summary>Access for a bounded time.</summary>
    TimePass,

    /// <summary>A balance of units to consume.</summary>
    UsagePack,
}

/// <summary>The status of a right (CONTRACT §5).</summary>
public enum EntitlementStatus
{
    /// <summary>In force.</summary>
    Active,

    /// <summary>In force, in a trial.</summary>
    Trialing,

    /// <summary>A payment is outstanding: in force inside the grace only.</summary>
    PastDue,

    /// <summary>Paused at Stripe: not in force.</summary>
    Paused,

    /// <summary>Will not renew, or has ended.</summary>
    Canceled,

    /// <summary>Ended by time.</summary>
    Expired,

    /// <summary>Blocked while a dispute is open.</summary>
    Suspended,

    /// <summary>Taken back by an operator.</summary>
    Revoked,
}

/// <summary>Why a status is what it is.</summary>
public enum StatusCause
{
    /// <summary>Stripe is retrying a failed payment.</summary>
    Dunning,

    /// <summary>Stripe has given up retrying.</summary>
    Unpaid,

    /// <summary>The payment was given back in full.</summary>
    Refund,

    /// <summary>The payment is, or was, disputed.</summary>
    Dispute,

    /// <summary>A cancellation is scheduled.</summary>
    CancelScheduled,

    /// <summary>The subscription was deleted at Stripe.</summary>
    SubscriptionDeleted,

    /// <summary>The item was taken out of the subscription.</summary>
    ItemRemoved,

    /// <summary>The first payment never came.</summary>
    IncompleteExpired,

    /// <summary>An operator did it.</summary>
    Operator,
}

/// <summary>Who gave the right.</summary>
public enum EntitlementSource
{
    /// <summary>A payment at Stripe.</summary>
    Stripe,

    /// <summary>An operator, by hand.</summary>
    Portal,
}

/// <summary>Why a right is available, or is not (CONTRACT §5).</summary>
public enum Reason
{
    /// <summary>Paid and inside its period.</summary>
    SubscriptionActive,

    /// <summary>Inside its trial.</summary>
    SubscriptionTrialing,

    /// <summary>Will end at a known instant that has not come.</summary>
    SubscriptionCanceling,

    /// <summary>The period has turned and Stripe's news is awaited, within the leeway.</summary>
    RenewalPending,

    /// <summary>A payment failed; the grace runs.</summary>
    PastDueInGrace,

    /// <summary>A pass within its time.</summary>
    TimePassActive,

    /// <summary>A pack with units left.</summary>
    UsagePackAvailable,

    /// <summary>The subscription has ended.</summary>
    SubscriptionCanceled,

    /// <summary>The subscription is paused.</summary>
    SubscriptionPaused,

    /// <summary>A payment failed and the grace is over.</summary>
    PastDueGraceEnded,

    /// <summary>Stripe gave up collecting the payment.</summary>
    PaymentFailed,

    /// <summary>The first payment has not come yet.</summary>
    PaymentPending,

    /// <summary>The trial ended and no payment followed.</summary>
    TrialEnded,

    /// <summary>The period ended and no renewal was heard of within the leeway.</summary>
    RenewalOverdue,

    /// <summary>The pass is over.</summary>
    TimePassExpired,

    /// <summary>No units are left.</summary>
    UsagePackExhausted,

    /// <summary>The pack's time is over.</summary>
    UsagePackExpired,

    /// <summary>The payment was given back.</summary>
    Refunded,

    /// <summary>The payment is, or was, disputed.</summary>
    Disputed,

    /// <summary>An operator took the right back.</summary>
    Revoked,

    /// <summary>The right begins later.</summary>
    NotStarted,
}
