using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>Which right stands for which item of a subscription.</summary>
internal static class ItemOwners
{
    /// <summary>Every item with its right, <see langword="null"/> where it has none yet, and with its product where its price is known.</summary>
    public static IEnumerable<(SubscriptionItem Item, Entitlement? Right, ProductTerms? Product)> Of(
        IReadOnlyList<SubscriptionItem> items, IReadOnlyList<ProductTerms?> products, IReadOnlyList<Entitlement> known)
    {
        Entitlement?[] owners = [.. items.Select(item => known.FirstOrDefault(right => right.Subscription!.ItemId == item.Id))];
        var free = known.Where(right => !owners.Contains(right) && (right.Subscription!.ItemId is null || IsAlive(right))).ToList();

        // A right bought before any event named its item, or whose item is gone, goes on with the item of its product: a plan that is taken out and
        // put in again at once is the same one, with what was used of it and what was taken back.
        Share(place => free.FirstOrDefault(right => right.ProductCode == products[place]?.ProductCode));
        // What was bought may stand there under another price already.
        Share(_ => free.FirstOrDefault(right => right.Subscription!.ItemId is null));
        return items.Select((item, place) => (item, owners[place], products[place]));

        void Share(Func<int, Entitlement?> choose)
        {
            for (var place = 0; place < owners.Length; place++)
            {
                owners[place] ??= choose(place);
                free.RemoveAll(right => right == owners[place]);
            }
        }
    }

    private static bool IsAlive(Entitlement right) => right.EndedAt is null || right.Status == EntitlementStatus.Revoked;
}
