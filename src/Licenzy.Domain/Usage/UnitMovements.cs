using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Usage;

/// <summary>The ledger's rows of a change. Their sums are the balance and the units held, always.</summary>
public static class UnitMovements
{
    /// <summary>What became of the units, in order; nothing where none moved.</summary>
    public static IReadOnlyList<UnitMovement> Movements(this EntitlementChange change)
    {
        if (change.Moved is { } moved)
        {
            return moved;
        }

        var (before, after) = (change.Before?.UnitsRemaining ?? 0, change.After.UnitsRemaining ?? 0);
        if (change.Before?.Subscription?.PeriodStart < change.After.Subscription?.PeriodStart)
        {
            UnitMovement[] turned = [new(LedgerKind.Expire, before, -before), new(LedgerKind.Grant, after, after)];
            return [.. turned.Where(movement => movement.Amount > 0)];
        }

        return after == before ? [] : [new UnitMovement(KindOf(change.Reason, after - before), Math.Abs(after - before), after - before)];
    }

    /// <summary>Units that a consumption took, or a commit; 0 of every other change.</summary>
    public static long Consumed(this EntitlementChange change) =>
        change.Movements().Where(movement => movement.Kind is LedgerKind.Consume or LedgerKind.Commit).Sum(movement => movement.Amount);

    /// <summary>What time did to the units of a right whose time is over: they stay on record, usable to nobody; <see langword="null"/> where there are none.</summary>
    public static UnitMovement? Lapsed(Entitlement right) => right.UnitsRemaining is > 0 and var left ? new UnitMovement(LedgerKind.Expire, left, 0) : null;

    /// <summary>
    /// Gives units back to the right they came from, usable or not. Those of a subscription's earlier period come back to nobody: the new one began
    /// with its own.
    /// </summary>
    internal static Entitlement Return(Entitlement right, long units, DateTimeOffset? takenFrom) => right switch
    {
        { Subscription: { } terms } when terms.PeriodStart > takenFrom => right,
        { Subscription: { } terms, UnitsGranted: { } granted } => Refilled(right, terms, granted, Bounded((Int128)granted - terms.UnitsUsed + units)),
        { Subscription: { } terms } => right with { Subscription = terms with { UnitsUsed = terms.UnitsUsed - units } },
        { UnitsRemaining: { } left } => right with { UnitsRemaining = Bounded((Int128)left + units) },
        _ => right,
    };

    internal static Entitlement Hold(Entitlement right, long units) => right with { UnitsHeld = ((right.UnitsHeld ?? 0) + units) is not 0 and var held ? held : null };

    internal static long Difference(Entitlement before, Entitlement after) => (after.UnitsRemaining ?? 0) - (before.UnitsRemaining ?? 0);

    // What a smaller product left below zero is made up for first, as Stripe's next event would compute it.
    private static Entitlement Refilled(Entitlement right, SubscriptionTerms terms, long granted, long left) =>
        right with { UnitsRemaining = Math.Max(0, left), Subscription = terms with { UnitsUsed = granted - left } };

    // An operator may have filled the balance up meanwhile.
    private static long Bounded(Int128 units) => (long)Int128.Min(units, long.MaxValue);

    private static LedgerKind KindOf(ChangeReason reason, long units) => reason switch
    {
        ChangeReason.UsageConsumed => LedgerKind.Consume,
        ChangeReason.UsageAdjusted => LedgerKind.Adjust,
        _ => units > 0 ? LedgerKind.Grant : LedgerKind.Adjust,
    };
}
