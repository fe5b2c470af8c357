using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>When a grace began: at the first past_due of the period (CONTRACT §5), in whatever order one hears of it.</summary>
internal static class DunningRules
{
    /// <summary>The terms with the event's state in their history, and with its grace.</summary>
    public static SubscriptionTerms Heard(SubscriptionEvent subscription, SubscriptionItem item, SubscriptionTerms terms, ProductTerms? product)
    {
        var history = Remembered(subscription, item, terms.History);
        return terms with
        {
            History = history,
            GraceEndsAt = subscription.Status is StripeSubscriptionStatus.PastDue
                ? history.PastDueSince(item.PeriodEnd)?.PlusDays(product?.PastDueGraceDays ?? ProductTerms.DefaultPastDueGraceDays)
                : null,
        };
    }

    /// <summary>The right after news older than its state, which can only tell when dunning began; <see langword="null"/> where it tells nothing.</summary>
    public static EntitlementChange? HeardLate(SubscriptionEvent subscription, Entitlement right)
    {
        var terms = right.Subscription!;
        if (right.EndedAt is not null || subscription.Items.FirstOrDefault(item => item.Id == terms.ItemId) is not { } item)
        {
            return null;
        }

        var history = Remembered(subscription, item, terms.History);
        var moved = history.PastDueSince(terms.PeriodEnd) - terms.History.PastDueSince(terms.PeriodEnd);
        return history.Equals(terms.History)
            ? null
            : new EntitlementChange(
                right, right with { Subscription = terms with { History = history, GraceEndsAt = terms.GraceEndsAt + (moved ?? TimeSpan.Zero) } }, ChangeReason.SubscriptionUpdated);
    }

    // Neither unpaid nor paused says whether a payment was made; anything else of a creation's second outranks it.
    private static StateHistory Remembered(SubscriptionEvent subscription, SubscriptionItem item, StateHistory history) =>
        subscription.Status is StripeSubscriptionStatus.PastDue or StripeSubscriptionStatus.Active or StripeSubscriptionStatus.Trialing
        && !(subscription.IsCreation && history.Seen.Any(state => state.At == subscription.CreatedAt))
            ? history.With(new StateSeen(subscription.CreatedAt, subscription.Status is StripeSubscriptionStatus.PastDue, item.PeriodEnd))
            : history;
}
