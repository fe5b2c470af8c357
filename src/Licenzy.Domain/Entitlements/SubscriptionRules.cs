namespace Licenzy.Domain.Entitlements;

/// <summary>What a subscription's state means at an instant (CONTRACT §5: precedence, grace, leeway).</summary>
internal static class SubscriptionRules
{
    /// <summary>Called for rights that are neither ended, blocked nor in the future.</summary>
    public static Availability At(Entitlement right, DateTimeOffset now, Leeway leeway) => right.Status switch
    {
        EntitlementStatus.Paused => Availability.No(Reason.SubscriptionPaused),
        EntitlementStatus.Expired => Availability.No(Reason.SubscriptionCanceled),
        // Still an item of the subscription, but none of it.
        EntitlementStatus.Canceled when right.StatusCause == StatusCause.ItemRemoved => Availability.No(Reason.SubscriptionCanceled),
        EntitlementStatus.PastDue when right.StatusCause == StatusCause.Unpaid => Availability.No(Reason.PaymentFailed),
        EntitlementStatus.PastDue => InGrace(right.Subscription, now),
        _ when right.Subscription is null => Granted(right, now),
        EntitlementStatus.Canceled => Canceling(right.Subscription, now),
        _ => Renewing(right.Status, right.Subscription, now, leeway),
    };

    private static Availability InGrace(SubscriptionTerms? terms, DateTimeOffset now)
    {
        // A scheduled end still holds while a payment is outstanding.
        var (graceEnd, cancel) = (terms?.GraceEndsAt, terms?.ScheduledEnd);
        if (cancel <= now)
        {
            return Availability.No(Reason.SubscriptionCanceled);
        }

        return graceEnd is { } end && now < end
            ? Availability.Until(cancel < end ? cancel : end, Reason.PastDueInGrace)
            : new Availability(false, Reason.PastDueGraceEnded, cancel);
    }

    private static Availability Granted(Entitlement right, DateTimeOffset now) =>
        right.ExpiresAt <= now
            ? Availability.No(Reason.SubscriptionCanceled)
            : Availability.Until(right.ExpiresAt, Reason.SubscriptionActive);

    private static Availability Canceling(SubscriptionTerms terms, DateTimeOffset now) =>
        terms.ScheduledEnd <= now
            ? Availability.No(Reason.SubscriptionCanceled)
            : Availability.Until(terms.ScheduledEnd, Reason.SubscriptionCanceling);

    private static Availability Renewing(EntitlementStatus status, SubscriptionTerms terms, DateTimeOffset now, Leeway leeway)
    {
        var (trial, cap) = (status == EntitlementStatus.Trialing, terms.CancelAt);
        if (cap <= now)
        {
            return Availability.No(Reason.SubscriptionCanceled);
        }

        if (terms.PeriodEnd is not { } end || now < end)
        {
            // An invoice may have proved a period that a scheduled end cuts short.
            var until = cap < (terms.PeriodEnd ?? DateTimeOffset.MaxValue) ? cap : terms.PeriodEnd;
            return Availability.Until(until, trial ? Reason.SubscriptionTrialing : Reason.SubscriptionActive);
        }

        var overdue = end.Plus(trial ? leeway.Trial : leeway.Renewal);
        return now < overdue
            ? Availability.Until(cap < overdue ? cap : overdue, Reason.RenewalPending)
            : new Availability(false, trial ? Reason.TrialEnded : Reason.RenewalOverdue, cap);
    }
}
