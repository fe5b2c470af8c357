using FsCheck;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;

namespace Licenzy.Domain.Tests.Usage;

/// <summary>Whatever is held, committed, released and reversed: nothing is lost, nothing is made, and the ledger's rows add up to the rights.</summary>
public sealed class LedgerConservationTests
{
    [PropertyTest]
    public bool A_hold_takes_what_a_consumption_would(Entitlement[] rights, PositiveInt units, DateTimeOffset now, Leeway leeway)
    {
        var (held, consumed) = (HoldRules.Hold(rights, units.Get, now, leeway), UsageRules.Consume(rights, units.Get, now, leeway));
        return held.Remaining == consumed.Remaining && held.Taken.Select(taken => (taken.Change.After.Id, taken.Units)).SequenceEqual(consumed.Taken.Select(taken => (taken.Change.After.Id, taken.Units)))
            && held.Taken.All(taken => AddsUp(taken.Change));
    }

    [PropertyTest]
    public bool What_is_held_is_consumed_or_comes_back(Entitlement[] given, PositiveInt units, NonNegativeInt part, DateTimeOffset now, Leeway leeway)
    {
        var rights = Distinct(given);
        var outcome = HoldRules.Hold(rights, units.Get, now, leeway);
        if (!outcome.IsTaken)
            return true;

        var committed = part.Get % (units.Get + 1);
        var hold = new UsageHold("hld_1", units.Get, HoldStatus.Open, now.AddMinutes(5), HoldRules.Parts(outcome));
        var during = After(rights, outcome.Taken.Select(taken => taken.Change));
        var closed = committed == 0 ? HoldRules.Release(hold, during, now) : HoldRules.Commit(hold, during, committed, now);
        var after = After(during, closed.Changes);
        return closed.Changes.All(AddsUp)
            && closed.Changes.Sum(change => change.Consumed()) == committed
            && after.All(right => right.UnitsRemaining is null or >= 0 && right.UnitsHeld is null)
            && UsageRules.Remaining(after, now, leeway) == UsageRules.Remaining(rights, now, leeway) - committed;
    }

    [PropertyTest]
    public bool What_is_reversed_is_there_again(Entitlement[] given, PositiveInt units, NonNegativeInt part, DateTimeOffset now, Leeway leeway)
    {
        var rights = Distinct(given);
        var outcome = UsageRules.Consume(rights, units.Get, now, leeway);
        if (!outcome.IsTaken)
            return true;

        var back = 1 + (part.Get % units.Get);
        var taken = new Consumption([.. outcome.Taken.Select(one => new HeldUnits(one.Change.After.Id, one.Units, one.Change.Moved![0].PeriodStart))], IsReversed: false);
        var during = After(rights, outcome.Taken.Select(one => one.Change));
        var reversed = ReverseRules.Reverse(taken, during, back);
        return reversed.Changes.All(AddsUp)
            && reversed.Changes.Sum(change => change.Moved!.Sum(movement => movement.Amount)) == back
            && UsageRules.Remaining(After(during, reversed.Changes), now, leeway) == outcome.Remaining + back;
    }

    private static bool AddsUp(EntitlementChange change) =>
        change.Movements().Sum(movement => movement.Balance) == (change.After.UnitsRemaining ?? 0) - (change.Before!.UnitsRemaining ?? 0)
        && change.Movements().Sum(movement => movement.Held) == (change.After.UnitsHeld ?? 0) - (change.Before.UnitsHeld ?? 0)
        && change.Movements().All(movement => movement.Amount > 0);

    private static Entitlement[] Distinct(Entitlement[] rights) => [.. rights.Select((right, i) => Consistent(right) with { Id = $"ent_{i}" })];

    // As every change leaves it: what is left of a period is what was granted less what was used.
    private static Entitlement Consistent(Entitlement right) => right is { Subscription: not null, UnitsRemaining: { } left }
        ? right.With(terms => terms with { UnitsUsed = (right.UnitsGranted ?? 0) - left }) with { UnitsGranted = right.UnitsGranted ?? 0 }
        : right;

    private static Entitlement[] After(Entitlement[] rights, IEnumerable<EntitlementChange> changes) =>
        [.. rights.Select(right => changes.FirstOrDefault(change => change.After.Id == right.Id)?.After ?? right)];
}
