using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>The product of an item.</summary>
/// <param name="Sold">By its price; <see langword="null"/> where that is unknown.</param>
/// <param name="Kept">Where it is: the product that its right has.</param>
internal readonly record struct ItemProduct(ProductTerms? Sold, ProductTerms? Kept);

/// <summary>What a subscription's state does to the right of one of its items.</summary>
internal static class ItemRules
{
    /// <summary>The change, or <see langword="null"/> where the item gives no right: never paid, or of an unknown price or state.</summary>
    public static EntitlementChange? Apply(
        SubscriptionEvent subscription, SubscriptionItem item, Entitlement? right, ItemProduct products, CheckoutAttempt? attempt, Func<string> mintId)
    {
        var product = products.Sold;
        var neverPaid = subscription.Status is StripeSubscriptionStatus.IncompleteExpired || SaysNothing(subscription);
        if (right is null && (product is null or { Kind: not EntitlementKind.Subscription } || neverPaid))
        {
            return null;
        }

        if (right?.EndedAt is not null)
        {
            return null;
        }

        var before = right ?? Begun(subscription, item, product!, attempt, mintId());
        var sold = attempt is not null && attempt.Terms.ProductCode == before.ProductCode ? attempt.Terms : null;
        var terms = Terms(subscription, item, before.Subscription!, product ?? sold ?? products.Kept);
        var (status, cause) = Status(subscription, item, terms, before);
        var ended = subscription.Status is StripeSubscriptionStatus.Canceled or StripeSubscriptionStatus.IncompleteExpired;
        var after = before with
        {
            ProductCode = product?.ProductCode ?? before.ProductCode,
            // What an operator took back, no payment gives again.
            Status = before.Status == EntitlementStatus.Revoked ? before.Status : status,
            StatusCause = before.Status == EntitlementStatus.Revoked ? before.StatusCause : cause,
            Quantity = Math.Max(item.Quantity, 1),
            // A checkout told of it first, by its own clock; the subscription knows better when it began.
            StartsAt = before.Subscription!.AsOf is null ? subscription.StartedAt ?? before.StartsAt : before.StartsAt,
            CreatedAt = before.Subscription.AsOf is null ? subscription.StartedAt ?? before.CreatedAt : before.CreatedAt,
            EndedAt = ended ? subscription.EndedAt ?? subscription.CreatedAt : null,
            Subscription = terms,
        };
        var reason = subscription.Status is StripeSubscriptionStatus.Canceled ? ChangeReason.SubscriptionDeleted : ChangeReason.SubscriptionUpdated;
        return new EntitlementChange(right, IncludedUnits.Refill(before, after, product, right is null), reason);
    }

    private static Entitlement Begun(SubscriptionEvent subscription, SubscriptionItem item, ProductTerms product, CheckoutAttempt? attempt, string id) => new()
    {
        Id = id,
        ProductCode = product.ProductCode,
        Kind = EntitlementKind.Subscription,
        Status = EntitlementStatus.Active,
        Source = EntitlementSource.Stripe,
        StartsAt = subscription.StartedAt ?? subscription.CreatedAt,
        Subscription = new SubscriptionTerms { SubscriptionId = subscription.SubscriptionId, ItemId = item.Id },
        AttemptId = attempt?.Id,
        CreatedAt = subscription.StartedAt ?? subscription.CreatedAt,
    };

    private static SubscriptionTerms Terms(SubscriptionEvent subscription, SubscriptionItem item, SubscriptionTerms before, ProductTerms? product)
    {
        // A payment may have proved a later period before: a period never turns back.
        var isPast = item.PeriodStart < before.PeriodStart;
        var terms = before with
        {
            ItemId = item.Id,
            PeriodStart = isPast ? before.PeriodStart : item.PeriodStart ?? before.PeriodStart,
            PeriodEnd = isPast ? before.PeriodEnd : item.PeriodEnd ?? before.PeriodEnd,
            CancelAt = subscription.CancelAt,
            CancelAtPeriodEnd = subscription.CancelAtPeriodEnd,
            AsOf = subscription.CreatedAt,
            IsCreation = subscription.IsCreation,
        };
        return SaysNothing(subscription) ? terms : DunningRules.Heard(subscription, item, terms, product);
    }

    // What was known stays, its grace with it.
    private static bool SaysNothing(SubscriptionEvent subscription) =>
        subscription.Status is StripeSubscriptionStatus.Unknown or StripeSubscriptionStatus.Incomplete;

    private static (EntitlementStatus Status, StatusCause? Cause) Status(
        SubscriptionEvent subscription, SubscriptionItem item, SubscriptionTerms terms, Entitlement before) =>
        subscription.Status switch
        {
            StripeSubscriptionStatus.Canceled => (EntitlementStatus.Canceled, StatusCause.SubscriptionDeleted),
            StripeSubscriptionStatus.IncompleteExpired => (EntitlementStatus.Expired, StatusCause.IncompleteExpired),
            // None of it: as if it were out, but it is still there and may be more again.
            _ when item.Quantity == 0 => (EntitlementStatus.Canceled, StatusCause.ItemRemoved),
            StripeSubscriptionStatus.Paused => (EntitlementStatus.Paused, null),
            StripeSubscriptionStatus.Unpaid => (EntitlementStatus.PastDue, StatusCause.Unpaid),
            StripeSubscriptionStatus.PastDue => (EntitlementStatus.PastDue, StatusCause.Dunning),
            StripeSubscriptionStatus.Active or StripeSubscriptionStatus.Trialing when terms.IsCanceling =>
                (EntitlementStatus.Canceled, StatusCause.CancelScheduled),
            StripeSubscriptionStatus.Trialing => (EntitlementStatus.Trialing, null),
            StripeSubscriptionStatus.Active => (EntitlementStatus.Active, null),
            _ => (before.Status, before.StatusCause),
        };
}
