using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>
/// What a subscription's state does to the rights of its items (CONTRACT §5). Newer state wins, an ended one stays ended, and where two states of
/// one second contradict each other Stripe is asked.
/// </summary>
public static class SubscriptionStateRules
{
    private enum Standing
    {
        Older,
        Newer,
        Tied,
    }

    /// <summary>The rights after the event.</summary>
    /// <param name="subscription">The subscription's state.</param>
    /// <param name="attempt">The attempt it was bought with, where one is known.</param>
    /// <param name="held">The subject's rights.</param>
    /// <param name="productOf">The product of a Stripe price, or <see langword="null"/>.</param>
    /// <param name="productByCode">The product of a code, or <see langword="null"/>: the terms of a right whose price is unknown.</param>
    /// <param name="mintId">Makes the id of a new right.</param>
    public static BillingOutcome Apply(
        SubscriptionEvent subscription,
        CheckoutAttempt? attempt,
        IReadOnlyList<Entitlement> held,
        Func<string, ProductTerms?> productOf,
        Func<string, ProductTerms?> productByCode,
        Func<string> mintId)
    {
        Entitlement[] known = [.. held.Where(right => right.Subscription?.SubscriptionId == subscription.SubscriptionId)];
        var standing = known.Select(right => StandingOf(subscription, right)).DefaultIfEmpty(Standing.Newer).Aggregate(Weakest);
        if (standing == Standing.Older)
        {
            var late = new BillingOutcome(null, [.. known.Select(right => DunningRules.HeardLate(subscription, right)).OfType<EntitlementChange>()]);
            return subscription.IsFetched && known.All(right => right.EndedAt is null) ? late with { Look = Look(subscription, "Stripe's answer was older than an event; it is asked again.") } : late;
        }

        // What the word means only a newer version knows; what stands at Stripe by now may be told in words of this one.
        if (subscription is { Status: StripeSubscriptionStatus.Unknown, IsFetched: false })
        {
            return BillingOutcome.Nothing with { Look = Look(subscription, "The event's status is a word that is not known here.") };
        }

        var changes = Changes(subscription, attempt, known, productOf, productByCode, mintId);
        if (standing == Standing.Tied && changes.Count > 0)
        {
            return BillingOutcome.Nothing with { Look = Look(subscription, "Two states of one second contradict each other.") };
        }

        var lacksPeriod = !subscription.IsFetched && subscription.GivesRights && !subscription.IsTerminal && subscription.Items.Any(item => item.PeriodEnd is null);
        return new BillingOutcome(null, changes) { Look = lacksPeriod ? Look(subscription, "The event names no period.") : null };
    }

    private static List<EntitlementChange> Changes(
        SubscriptionEvent subscription, CheckoutAttempt? attempt, Entitlement[] known, Func<string, ProductTerms?> productOf,
        Func<string, ProductTerms?> productByCode, Func<string> mintId)
    {
        var changes = new List<EntitlementChange>();
        var items = ItemsOf(subscription, known);
        ProductTerms?[] products = [.. items.Select(item => item.PriceId is null ? null : productOf(item.PriceId))];
        foreach (var (item, right, sold) in ItemOwners.Of(items, products, known))
        {
            var product = sold ?? (right is null && items.Count == 1 ? attempt?.Terms : null);
            var kept = product is null && right is not null ? productByCode(right.ProductCode) : null;
            if (ItemRules.Apply(subscription, item, right, new ItemProduct(product, kept), attempt, mintId) is { } change)
            {
                changes.Add(change);
            }
        }

        changes.AddRange(known
            .Where(right => right.EndedAt is null && items.All(item => item.Id != right.Subscription!.ItemId)
                && changes.All(change => change.Before != right))
            .Select(right => Removed(subscription, right)));
        return [.. changes.Where(change => change.Before != change.After)];
    }

    // A right made by Checkout alone has heard of no state yet; "incomplete" can only be older news than its payment.
    private static Standing StandingOf(SubscriptionEvent subscription, Entitlement right) => right.Subscription!.AsOf switch
    {
        // Terminal absorbs.
        _ when right.StatusCause is StatusCause.SubscriptionDeleted or StatusCause.IncompleteExpired => Standing.Older,
        // And nothing is newer than the end: an answer may be dated after it and show what was before.
        _ when subscription.IsTerminal => Standing.Newer,
        null => subscription.Status is StripeSubscriptionStatus.Incomplete ? Standing.Older : Standing.Newer,
        { } asOf when subscription.CreatedAt > asOf => Standing.Newer,
        { } asOf when subscription.CreatedAt < asOf => Standing.Older,
        _ when subscription.IsFetched || (right.Subscription.IsCreation && !subscription.IsCreation) => Standing.Newer,
        _ => subscription.IsCreation ? Standing.Older : Standing.Tied,
    };

    private static Standing Weakest(Standing one, Standing other) =>
        one == Standing.Older || other == Standing.Older ? Standing.Older : one == Standing.Tied ? one : other;

    private static StripeLook Look(SubscriptionEvent subscription, string why) => new(StripeLookKind.Subscription, subscription.SubscriptionId, why);

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
