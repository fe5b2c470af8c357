using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Usage;

/// <summary>Why a hold was neither committed nor released.</summary>
public enum HoldRefusal
{
    /// <summary>It was committed or released before.</summary>
    Closed,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>More was to be committed than is held.</summary>
    Exceeded,
}

/// <summary>What committing or releasing a hold came to.</summary>
/// <param name="Refusal">Why nothing moved; <see langword="null"/> where it did.</param>
/// <param name="Changes">The rights it came from, as they are afterwards.</param>
public sealed record HoldOutcome(HoldRefusal? Refusal, IReadOnlyList<EntitlementChange> Changes);

/// <summary>
/// Units set aside (CONTRACT §1): taken like consumed ones, and kept with the rights they came from. What becomes of these meanwhile changes nothing
/// for whoever holds: the work may be done and committed, and what comes back goes where it came from.
/// </summary>
public static class HoldRules
{
    /// <summary>How long a hold lasts where nothing is said, in seconds.</summary>
    public const long DefaultSeconds = 300;

    /// <summary>The longest a hold may last, in seconds: a day.</summary>
    public const long MaxSeconds = 86_400;

    /// <summary>Sets units aside: all or none, from the rights that a consumption would take them from.</summary>
    public static ConsumeOutcome Hold(IReadOnlyList<Entitlement> rights, long units, DateTimeOffset now, Leeway leeway) =>
        UsageRules.Take(rights, units, now, leeway, ChangeReason.UsageHeld);

    /// <summary>What was set aside of which right, to be kept until the end of the hold.</summary>
    public static IReadOnlyList<HeldUnits> Parts(ConsumeOutcome held) =>
        [.. held.Taken.Select(part => new HeldUnits(part.Change.After.Id, part.Units, part.Change.Moved![0].PeriodStart))];

    /// <summary>Consumes <paramref name="units"/> of the hold, all of it where absent, and gives the rest back.</summary>
    public static HoldOutcome Commit(UsageHold hold, IReadOnlyList<Entitlement> rights, long? units, DateTimeOffset now) =>
        Refusal(hold, now) is { } refusal ? new HoldOutcome(refusal, [])
        : units > hold.Units ? new HoldOutcome(HoldRefusal.Exceeded, [])
        : Close(hold, rights, units ?? hold.Units);

    /// <summary>Gives all of it back.</summary>
    public static HoldOutcome Release(UsageHold hold, IReadOnlyList<Entitlement> rights, DateTimeOffset now) =>
        Refusal(hold, now) is { } refusal ? new HoldOutcome(refusal, []) : Close(hold, rights, 0);

    /// <summary>Gives back what a hold still has when its time is over.</summary>
    public static IReadOnlyList<EntitlementChange> Expire(UsageHold hold, IReadOnlyList<Entitlement> rights) => Close(hold, rights, 0).Changes;

    // A hold is over at its instant, whether or not anybody has looked since.
    private static HoldRefusal? Refusal(UsageHold hold, DateTimeOffset now) => hold.Status switch
    {
        HoldStatus.Expired => HoldRefusal.Expired,
        HoldStatus.Open => hold.ExpiresAt <= now ? HoldRefusal.Expired : null,
        _ => HoldRefusal.Closed,
    };

    // In the order in which a consumption takes, so that what comes back is what lasts longest.
    private static HoldOutcome Close(UsageHold hold, IReadOnlyList<Entitlement> rights, long committed)
    {
        var changes = new List<EntitlementChange>();
        foreach (var right in UsageRules.InOrder(rights))
        {
            if (hold.Parts.FirstOrDefault(part => part.EntitlementId == right.Id) is { } part)
            {
                var used = Math.Min(committed, part.Units);
                committed -= used;
                changes.Add(Close(right, part, used));
            }
        }

        return new HoldOutcome(null, changes);
    }

    private static EntitlementChange Close(Entitlement right, HeldUnits part, long used)
    {
        var back = part.Units - used;
        var after = UnitMovements.Hold(back == 0 ? right : UnitMovements.Return(right, back, part.PeriodStart), -part.Units);
        UnitMovement[] moved =
        [
            new(LedgerKind.Commit, used, 0, -used, part.PeriodStart),
            new(LedgerKind.Release, back, UnitMovements.Difference(right, after), -back, part.PeriodStart),
        ];
        return new EntitlementChange(right, after, used > 0 ? ChangeReason.UsageConsumed : ChangeReason.UsageReleased) { Moved = [.. moved.Where(movement => movement.Amount > 0)] };
    }
}
