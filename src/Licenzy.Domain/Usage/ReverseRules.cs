using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Usage;

/// <summary>What a consumption took, as the ledger has it.</summary>
/// <param name="Parts">Of which right how many units.</param>
/// <param name="IsReversed">Whether it was reversed before, be it in part.</param>
public sealed record Consumption(IReadOnlyList<HeldUnits> Parts, bool IsReversed)
{
    /// <summary>All units of it.</summary>
    public long Units => Parts.Sum(part => part.Units);
}

/// <summary>Why a consumption was not reversed.</summary>
public enum ReverseRefusal
{
    /// <summary>It was reversed before: a consumption is reversed once, so that a repeated request gives nothing twice.</summary>
    AlreadyReversed,

    /// <summary>More was to be given back than was consumed.</summary>
    Exceeded,
}

/// <summary>What a reversal came to.</summary>
/// <param name="Refusal">Why nothing moved; <see langword="null"/> where it did.</param>
/// <param name="Units">Units that were given back.</param>
/// <param name="Changes">The rights they went to.</param>
public sealed record ReverseOutcome(ReverseRefusal? Refusal, long Units, IReadOnlyList<EntitlementChange> Changes);

/// <summary>Consumptions taken back (CONTRACT §1): once, wholly or in part, to the rights the units came from.</summary>
public static class ReverseRules
{
    /// <summary>Gives <paramref name="units"/> back, all that was consumed where absent. What was taken last comes back first: it lasts longest.</summary>
    public static ReverseOutcome Reverse(Consumption consumption, IReadOnlyList<Entitlement> rights, long? units)
    {
        if (consumption.IsReversed)
        {
            return new ReverseOutcome(ReverseRefusal.AlreadyReversed, 0, []);
        }

        var wanted = units ?? consumption.Units;
        if (wanted > consumption.Units)
        {
            return new ReverseOutcome(ReverseRefusal.Exceeded, 0, []);
        }

        var (left, changes) = (wanted, new List<EntitlementChange>());
        foreach (var right in UsageRules.InOrder(rights).Reverse())
        {
            if (left > 0 && consumption.Parts.FirstOrDefault(part => part.EntitlementId == right.Id) is { } part)
            {
                var back = Math.Min(left, part.Units);
                left -= back;
                changes.Add(Back(right, back, part.PeriodStart));
            }
        }

        return new ReverseOutcome(null, wanted, changes);
    }

    private static EntitlementChange Back(Entitlement right, long units, DateTimeOffset? period)
    {
        var after = UnitMovements.Return(right, units, period);
        return new EntitlementChange(right, after, ChangeReason.UsageReversed)
        {
            Moved = [new UnitMovement(LedgerKind.Reverse, units, UnitMovements.Difference(right, after), PeriodStart: period)],
        };
    }
}
