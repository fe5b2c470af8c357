using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>Units that a subscription includes: the product's units × quantity in every period, reset with it, in a trial too (CONTRACT §5).</summary>
internal static class IncludedUnits
{
    /// <summary>The right with the units of its new period, or with what its product and quantity leave of this one after what was used.</summary>
    public static Entitlement Refill(Entitlement before, Entitlement after, ProductTerms? product, bool isNew)
    {
        // A price nobody knows keeps its product, and what that includes.
        var each = product is null ? before.UnitsGranted / before.Quantity : product.Units;
        var granted = each * after.Quantity;
        // A product between that includes none forgives nothing.
        var turned = isNew || after.Subscription?.PeriodStart > before.Subscription?.PeriodStart;
        var used = turned ? 0 : before.Subscription?.UnitsUsed ?? 0;
        return after with
        {
            UnitsGranted = granted,
            UnitsRemaining = granted is { } all ? Math.Max(0, all - used) : null,
            Subscription = after.Subscription is { } terms ? terms with { UnitsUsed = used } : null,
        };
    }
}
