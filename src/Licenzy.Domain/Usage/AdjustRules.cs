using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Usage;

/// <summary>Why a balance was not corrected.</summary>
public enum AdjustRefusal
{
    /// <summary>The right has no units at all.</summary>
    NoUnits,

    /// <summary>The right is over: units in it would be usable to nobody.</summary>
    Over,

    /// <summary>Fewer units are left than were to be taken.</summary>
    Insufficient,

    /// <summary>The balance would be beyond every number.</summary>
    TooMany,
}

/// <summary>What a correction came to: the change, or why there is none.</summary>
public readonly record struct AdjustOutcome(EntitlementChange? Change, AdjustRefusal? Refusal);

/// <summary>Balances corrected by an operator (CONTRACT §2): up or down, never below zero.</summary>
public static class AdjustRules
{
    /// <summary>Adds <paramref name="units"/> to the right's balance, or takes them where they are negative.</summary>
    public static AdjustOutcome Adjust(Entitlement right, long units, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(units);

        if (right.UnitsRemaining is not { } remaining)
        {
            return new AdjustOutcome(null, AdjustRefusal.NoUnits);
        }

        if (right.IsOver(now))
        {
            return new AdjustOutcome(null, AdjustRefusal.Over);
        }

        return ((Int128)remaining + units) switch
        {
            var left when left < 0 => new AdjustOutcome(null, AdjustRefusal.Insufficient),
            var left when left > long.MaxValue => new AdjustOutcome(null, AdjustRefusal.TooMany),
            var left => new AdjustOutcome(new EntitlementChange(right, WithBalance(right, (long)left), ChangeReason.UsageAdjusted), null),
        };
    }

    // Stripe's next event computes an included balance anew from what was granted and used: a correction that is not in these is lost with it.
    private static Entitlement WithBalance(Entitlement right, long left) => right with
    {
        UnitsRemaining = left,
        Subscription = right.Subscription is { } terms ? terms with { UnitsUsed = (right.UnitsGranted ?? 0) - left } : null,
    };
}
