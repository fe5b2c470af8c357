using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Usage;

/// <summary>What a consumption takes from which right.</summary>
/// <param name="Change">The right with its units lowered.</param>
/// <param name="Units">Units taken from it, at least 1.</param>
public sealed record UnitsTaken(EntitlementChange Change, long Units);

/// <summary>The outcome of a consumption: all units or none.</summary>
/// <param name="Remaining">Units left afterwards over all usable rights; before it, where it was refused.</param>
/// <param name="Taken">What was taken from which right; empty where it was refused.</param>
public sealed record ConsumeOutcome(long Remaining, IReadOnlyList<UnitsTaken> Taken)
{
    /// <summary>Whether the units were taken.</summary>
    public bool IsTaken => Taken.Count > 0;
}

/// <summary>How units are taken (CONTRACT §1): all or none, never below zero, soonest-expiring first, then oldest.</summary>
public static class UsageRules
{
    /// <summary>The largest number of units in one request and in one grant.</summary>
    public const long MaxUnits = 1_000_000_000;

    /// <summary>Takes <paramref name="units"/> from the usable rights, or nothing.</summary>
    public static ConsumeOutcome Consume(IReadOnlyList<Entitlement> rights, long units, DateTimeOffset now, Leeway leeway) =>
        Take(rights, units, now, leeway, ChangeReason.UsageConsumed);

    /// <summary>Rights in the order in which units are taken from them.</summary>
    internal static IOrderedEnumerable<Entitlement> InOrder(IEnumerable<Entitlement> rights) => rights
        .OrderBy(right => right.EndsAt() ?? DateTimeOffset.MaxValue)
        .ThenBy(right => right.CreatedAt)
        .ThenBy(right => right.Id, StringComparer.Ordinal);

    internal static ConsumeOutcome Take(IReadOnlyList<Entitlement> rights, long units, DateTimeOffset now, Leeway leeway, ChangeReason reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);

        Entitlement[] usable = [.. InOrder(Usable(rights, now, leeway))];
        var available = Sum(usable);
        if (available < units)
        {
            return new ConsumeOutcome((long)available, []);
        }

        var taken = new List<UnitsTaken>();
        var wanted = units;
        foreach (var right in usable.TakeWhile(_ => wanted > 0))
        {
            var part = Math.Min(wanted, right.UnitsRemaining!.Value);
            wanted -= part;
            taken.Add(new UnitsTaken(Less(right, part, now, reason), part));
        }

        return new ConsumeOutcome(Bounded(available - units), taken);
    }

    // Held units count as used: Stripe's next event computes what is left of a period anew, and would give them to others.
    private static EntitlementChange Less(Entitlement right, long part, DateTimeOffset now, ChangeReason reason)
    {
        var after = right with
        {
            UnitsRemaining = right.UnitsRemaining - part,
            Subscription = right.Subscription is { } terms ? terms with { UnitsUsed = terms.UnitsUsed + part } : null,
        };
        var period = right.Subscription is { } paid ? paid.PeriodStart ?? now : (DateTimeOffset?)null;
        return reason == ChangeReason.UsageHeld
            ? new EntitlementChange(right, UnitMovements.Hold(after, part), reason) { Moved = [new UnitMovement(LedgerKind.Hold, part, -part, part, period)] }
            : new EntitlementChange(right, after, reason) { Moved = [new UnitMovement(LedgerKind.Consume, part, -part, PeriodStart: period)] };
    }

    /// <summary>Units left over all usable rights.</summary>
    public static long Remaining(IReadOnlyList<Entitlement> rights, DateTimeOffset now, Leeway leeway) =>
        Bounded(Sum(Usable(rights, now, leeway)));

    // Ten packs of 10^18 units are more than 64 bits hold: whoever has that many is served, and told of the largest number.
    private static Int128 Sum(IEnumerable<Entitlement> rights) =>
        rights.Aggregate((Int128)0, (sum, right) => sum + right.UnitsRemaining!.Value);

    private static long Bounded(Int128 units) => (long)Int128.Min(units, long.MaxValue);

    private static IEnumerable<Entitlement> Usable(IEnumerable<Entitlement> rights, DateTimeOffset now, Leeway leeway) =>
        rights.Where(right => right.UnitsRemaining > 0 && right.At(now, leeway).IsAvailable);
}
