using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>What a subscription's state does to the rights of its items (CONTRACT §5). Newer state wins, an ended right stays ended.</summary>
public static class SubscriptionStateRules
{
    /// <summary>The rights after the event.</summary>
    /// <param name="subscription">The subscription's state.</param>
    /// <param name="attempt">The attempt it was bought with, where one is known.</param>
    /// <param name="held">The subject's rights.</param>
    /// <param name="productOf">The product of a Stripe price, or <see langword="null"/>.</param>
    /// <param name="mintId">Makes the id of a new right.</param>
    public static BillingOutcome Apply(
        SubscriptionEvent subscription,
        CheckoutAttempt? attempt,
        IReadOnlyList<Entitlement> held,
        Func<string, ProductTerms?> productOf,
        Func<string> mintId)
    {
        Entitlement[] known = [.. held.Where(right => right.Subscription?.SubscriptionId == subscription.SubscriptionId)];
        if (known.Any(right => IsStale(subscription, right)))
        {
            return new BillingOutcome(null, [.. known.Select(right => DunningRules.HeardLate(subscription, right)).OfType<EntitlementChange>()]);
        }

        var changes = new List<EntitlementChange>();
        var items = ItemsOf(subscription, known);
        foreach (var item in items)
        {
            var right = known.FirstOrDefault(right => right.Subscription!.ItemId == item.Id)
                // Bought through Checkout before any event named the item.
                ?? known.FirstOrDefault(right => right.Subscription!.ItemId is null && changes.All(change => change.Before != right));
            var product = (item.PriceId is null ? null : productOf(item.PriceId))
                ?? (right is null && items.Count == 1 ? attempt?.Terms : null);
            if (ItemRules.Apply(subscription, item, right, product, attempt, mintId) is { } change)
            {
                changes.Add(change);
            }
        }

        changes.AddRange(known
            .Where(right => right.EndedAt is null && items.All(item => item.Id != right.Subscription!.ItemId)
                && changes.All(change => change.Before != right))
            .Select(right => Removed(subscription, right)));
        return new BillingOutcome(null, changes);
    }

    // A right made by Checkout alone has heard of no state yet; "incomplete" can only be older news than its payment.
    private static bool IsStale(SubscriptionEvent subscription, Entitlement right) => right.Subscription!.AsOf switch
    {
        null => subscription.Status is StripeSubscriptionStatus.Incomplete,
        { } asOf when subscription.CreatedAt < asOf => true,
        { } asOf when subscription.CreatedAt == asOf => subscription.IsCreation || right.StatusCause is StatusCause.SubscriptionDeleted,
        _ => false,
    };

    // An event that lists no items says nothing of them: its status counts for the items that are known.
    private static IReadOnlyList<SubscriptionItem> ItemsOf(SubscriptionEvent subscription, IEnumerable<Entitlement> known) =>
        subscription.Items.Count > 0
            ? [.. subscription.Items.DistinctBy(item => item.Id)]
            : [.. known.Where(right => right.EndedAt is null)
                .Select(right => new SubscriptionItem(right.Subscription!.ItemId, null, right.Quantity, null, null))];

    private static EntitlementChange Removed(SubscriptionEvent subscription, Entitlement right) => new(
        right,
        right with
        {
            Status = EntitlementStatus.Canceled,
            StatusCause = StatusCause.ItemRemoved,
            EndedAt = subscription.EndedAt ?? subscription.CreatedAt,
            Subscription = right.Subscription! with { AsOf = subscription.CreatedAt },
        },
        ChangeReason.SubscriptionUpdated);
}
