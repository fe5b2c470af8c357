namespace Licenzy.Domain.Entitlements;

/// <summary>What of a change is told to others.</summary>
public enum Announced
{
    /// <summary>The right is another than before.</summary>
    EntitlementUpdated,

    /// <summary>Its subscription has a new state at Stripe.</summary>
    SubscriptionUpdated,

    /// <summary>Its subscription ended at Stripe.</summary>
    SubscriptionDeleted,

    /// <summary>Its last unit is gone.</summary>
    UsageDepleted,
}

/// <summary>What is told of a change (CONTRACT §1, types). A consumption tells of itself, once for all rights it took from; so does a purchase.</summary>
public static class AnnouncementRules
{
    /// <summary>What to tell, in order.</summary>
    public static IReadOnlyList<Announced> Of(EntitlementChange change)
    {
        var told = new List<Announced>();
        if (change.Reason is ChangeReason.SubscriptionUpdated)
            told.Add(Announced.SubscriptionUpdated);
        if (change.Reason is ChangeReason.SubscriptionDeleted)
            told.Add(Announced.SubscriptionDeleted);
        // One event for every consumption would be the one that nobody is sent unless he names it; and a hold is no news before it is committed.
        if (change.Reason is not (ChangeReason.UsageConsumed or ChangeReason.UsageHeld or ChangeReason.UsageReleased))
            told.Add(Announced.EntitlementUpdated);
        if (Units(change.Before) > 0 && Units(change.After) == 0 && IsUse(change.Reason))
            told.Add(Announced.UsageDepleted);
        return told;
    }

    // Held units may come back: the last one is gone when it is neither left nor held.
    private static Int128 Units(Entitlement? right) => right?.UnitsRemaining is { } left ? (Int128)left + (right.UnitsHeld ?? 0) : -1;

    // A release is one of them where the period of the held units is over, so that none of them came back.
    private static bool IsUse(ChangeReason reason) => reason is ChangeReason.UsageConsumed or ChangeReason.UsageAdjusted or ChangeReason.UsageReleased;
}
