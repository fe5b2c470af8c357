using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>Units that a subscription includes: the product's units × quantity in every period, reset with it, in a trial too (CONTRACT §5).</summary>
internal static class IncludedUnits
{
    /// <summary>The right with the units of its new period, or with the difference where the product or quantity changed inside one.</summary>
    public static Entitlement Refill(Entitlement before, Entitlement after, ProductTerms? product, bool isNew)
    {
        // A price nobody knows keeps its product, and what that includes.
        var each = product is null ? before.UnitsGranted / before.Quantity : product.Units;
        var granted = each * after.Quantity;
        var turned = isNew || before.UnitsGranted is null
            || (before.Subscription?.PeriodStart is { } start && start != after.Subscription?.PeriodStart);
        return after with
        {
            UnitsGranted = granted,
            UnitsRemaining = turned || granted is null
                ? granted
                : Math.Max(0, (before.UnitsRemaining ?? 0) + granted.Value - before.UnitsGranted!.Value),
        };
    }
}
