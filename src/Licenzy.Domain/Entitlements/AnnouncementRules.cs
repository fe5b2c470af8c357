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
        // One event for every consumption would be the one that nobody is sent unless he names it.
        if (change.Reason is not ChangeReason.UsageConsumed)
            told.Add(Announced.EntitlementUpdated);
        if (change is { Before.UnitsRemaining: > 0, After.UnitsRemaining: 0, Reason: ChangeReason.UsageConsumed or ChangeReason.UsageAdjusted })
            told.Add(Announced.UsageDepleted);
        return told;
    }
}
