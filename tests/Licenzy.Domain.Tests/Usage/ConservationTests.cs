using FsCheck;
using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Usage;

namespace Licenzy.Domain.Tests.Usage;

public sealed class ConservationTests
{
    [PropertyTest]
    public bool What_is_taken_is_what_is_missing(Entitlement[] rights, PositiveInt units, DateTimeOffset now, Leeway leeway)
    {
        var before = UsageRules.Remaining(rights, now, leeway);
        var outcome = UsageRules.Consume(rights, units.Get, now, leeway);
        var after = UsageRules.Remaining(After(rights, outcome), now, leeway);
        return outcome.IsTaken == (before >= units.Get)
            && after == outcome.Remaining
            && after == before - (outcome.IsTaken ? units.Get : 0)
            && outcome.Taken.Sum(taken => taken.Units) == (outcome.IsTaken ? units.Get : 0);
    }

    [PropertyTest]
    public bool No_balance_goes_below_zero_and_every_part_is_real(Entitlement[] rights, PositiveInt units, DateTimeOffset now, Leeway leeway) =>
        UsageRules.Consume(rights, units.Get, now, leeway).Taken.All(taken => taken.Units >= 1
            && taken.Change.After.UnitsRemaining >= 0
            && taken.Change.Before!.UnitsRemaining - taken.Units == taken.Change.After.UnitsRemaining
            && taken.Change.After == (taken.Change.Before.Subscription is null
                ? taken.Change.Before with { UnitsRemaining = taken.Change.After.UnitsRemaining }
                : taken.Change.Before.Used(taken.Units)));

    [PropertyTest]
    public bool A_right_that_is_not_usable_keeps_its_units(Entitlement[] rights, PositiveInt units, DateTimeOffset now, Leeway leeway) =>
        UsageRules.Consume(rights, units.Get, now, leeway).Taken.All(taken => taken.Change.Before!.At(now, leeway).IsAvailable);

    [PropertyTest]
    public bool A_right_is_emptied_before_a_later_ending_one_is_touched(Entitlement[] rights, PositiveInt units, DateTimeOffset now, Leeway leeway)
    {
        var taken = UsageRules.Consume(rights, units.Get, now, leeway).Taken;
        return taken.SkipLast(1).All(part => part.Change.After.UnitsRemaining == 0)
            && taken.Zip(taken.Skip(1)).All(pair => End(pair.First) <= End(pair.Second));
    }

    [PropertyTest]
    public bool Remaining_counts_every_usable_right_once(Entitlement[] rights, DateTimeOffset now, Leeway leeway) =>
        UsageRules.Remaining(rights, now, leeway)
        == rights.Where(right => right.At(now, leeway).IsAvailable).Sum(right => right.UnitsRemaining ?? 0);

    private static DateTimeOffset End(UnitsTaken taken) => taken.Change.Before!.EndsAt() ?? DateTimeOffset.MaxValue;

    private static Entitlement[] After(Entitlement[] rights, ConsumeOutcome outcome) =>
        [.. rights.Select(right => outcome.Taken.FirstOrDefault(taken => ReferenceEquals(taken.Change.Before, right))?.Change.After ?? right)];
}
