using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>Bought passes of a product follow one another as they were paid for, in whatever order that is reported (CONTRACT §5).</summary>
internal static class PassRules
{
    /// <summary>When a pass paid at <paramref name="paidAt"/> begins: after those held already, not after those paid for later.</summary>
    public static DateTimeOffset StartOf(string productCode, DateTimeOffset paidAt, IReadOnlyList<Entitlement> held) =>
        EntitlementRules.NextPassStart(held.Where(right => !IsPaidAfter(right, productCode, paidAt)), productCode, paidAt);

    /// <summary>The passes that were paid for after a new one, each at its place behind it.</summary>
    public static IEnumerable<EntitlementChange> MovedBehind(Entitlement added, IReadOnlyList<Entitlement> held)
    {
        if (added.ExpiresAt is not { } end || added.Kind != EntitlementKind.TimePass)
        {
            yield break;
        }

        foreach (var later in held.Where(right => IsPaidAfter(right, added.ProductCode, added.CreatedAt))
            .OrderBy(right => right.CreatedAt).ThenBy(right => right.StartsAt))
        {
            var start = later.CreatedAt > end ? later.CreatedAt : end;
            end = start.PlusDays((later.ExpiresAt!.Value - later.StartsAt).Days);
            if (start != later.StartsAt)
            {
                yield return new EntitlementChange(later, later with { StartsAt = start, ExpiresAt = end }, ChangeReason.PassMoved);
            }
        }
    }

    // What an operator gave stays where it was put.
    private static bool IsPaidAfter(Entitlement right, string productCode, DateTimeOffset paidAt) =>
        right is { Kind: EntitlementKind.TimePass, Status: EntitlementStatus.Active, EndedAt: null, ExpiresAt: not null }
        && right.Source == EntitlementSource.Stripe && right.ProductCode == productCode && right.CreatedAt > paidAt;
}
