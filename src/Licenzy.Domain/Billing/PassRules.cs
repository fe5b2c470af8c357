using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Billing;

/// <summary>
/// Bought passes of a product follow one another as they were paid for, in whatever order that is reported (CONTRACT §5). A pass that was refunded
/// or revoked gives its place up from then on; should the refund fail, it takes it back.
/// </summary>
internal static class PassRules
{
    /// <summary>The rights with every bought pass at its place.</summary>
    public static IReadOnlyList<Entitlement> Stack(IReadOnlyList<Entitlement> rights)
    {
        var placed = new Dictionary<string, Entitlement>(StringComparer.Ordinal);
        foreach (var product in rights.Where(right => IsPass(right) && right.Source == EntitlementSource.Stripe).GroupBy(right => right.ProductCode))
        {
            var before = rights.Where(right => IsPass(right) && right.Source != EntitlementSource.Stripe && right.ProductCode == product.Key).ToList();
            foreach (var pass in product.OrderBy(right => right.CreatedAt).ThenBy(right => right.AttemptId, StringComparer.Ordinal))
            {
                // What an operator took back or an earlier version placed stays where it was; others only follow it.
                var next = pass.Status == EntitlementStatus.Revoked ? pass : After(pass, before);
                placed[pass.Id] = next;
                before.Add(next);
            }
        }

        return [.. rights.Select(right => placed.GetValueOrDefault(right.Id, right))];
    }

    private static Entitlement After(Entitlement pass, IEnumerable<Entitlement> before)
    {
        var start = before.Where(held => held.CreatedAt <= pass.CreatedAt).Select(PlaceEnd).Append(pass.CreatedAt).Max()!.Value;
        return start == pass.StartsAt ? pass : pass with { StartsAt = start, ExpiresAt = start.PlusDays((pass.ExpiresAt!.Value - pass.StartsAt).Days) };
    }

    // Until when a pass takes its place, whatever took it away first; null for one that was taken away before it began.
    private static DateTimeOffset? PlaceEnd(Entitlement pass)
    {
        var end = pass.ExpiresAt;
        if (pass.Status == EntitlementStatus.Revoked && (pass.EndedAt ?? pass.StartsAt) is var revoked && revoked < end)
        {
            end = revoked;
        }

        if (pass.Block is { IsFinal: true, Since: var since } && since < end)
        {
            end = since;
        }

        return end > pass.StartsAt ? end : null;
    }

    private static bool IsPass(Entitlement right) => right is { Kind: EntitlementKind.TimePass, ExpiresAt: not null };
}
