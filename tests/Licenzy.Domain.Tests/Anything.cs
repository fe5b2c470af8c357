using FsCheck;
using FsCheck.Fluent;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Tests;

/// <summary>
/// What properties are tried with. Instants come from a coarse grid, half of them a step beside it, so that boundaries meet often.
/// </summary>
public static class Anything
{
    public static Arbitrary<DateTimeOffset> Instants() => Arb.From(Instant);

    public static Arbitrary<Leeway> Leeways() => Arb.From(
        from renewal in Gen.Elements(0, 1, 24, 48)
        from trial in Gen.Elements(0, 1, 24)
        select new Leeway(TimeSpan.FromHours(renewal), TimeSpan.FromHours(trial)));

    public static Arbitrary<Entitlement> AnyRight() => Arb.From(
        from right in Gen.OneOf(Pass, Pack, Granted, Subscribed, Subscribed, Subscribed, Taken)
        from number in Gen.Choose(1, 1_000_000)
        select right with { Id = $"ent_{number}" });

    internal static Gen<DateTimeOffset> Instant { get; } =
        from hours in Gen.Choose(-10, 10)
        from beside in Gen.Elements(0, 0, 0, -1, 1)
        select Times.Noon.AddHours(hours * 12).AddSeconds(beside);

    private static Gen<DateTimeOffset?> MaybeInstant { get; } =
        from instant in Instant
        from known in Gen.Elements(true, true, false)
        select known ? instant : (DateTimeOffset?)null;

    private static Gen<long> Units { get; } = Gen.Frequency(
        (1, Gen.Constant(0L)), (4, Gen.Choose(1, 50).Select(units => (long)units)), (1, Gen.Constant(1_000_000_000L)));

    private static Gen<Entitlement> Pass { get; } =
        from start in Instant
        from days in Gen.Choose(0, 5)
        from ends in Gen.Elements(true, true, true, false)
        select Rights.Pass(start, ends ? start.AddDays(days) : null);

    private static Gen<Entitlement> Pack { get; } =
        from end in MaybeInstant
        from granted in Units
        from left in Units
        from created in Instant
        select Rights.Pack(granted, end) with { UnitsRemaining = Math.Min(granted, left), CreatedAt = created };

    private static Gen<Entitlement> Granted { get; } =
        from end in MaybeInstant
        from units in Units
        from created in Instant
        select Rights.Granted(end) with { UnitsGranted = units, UnitsRemaining = units, CreatedAt = created };

    private static Gen<Entitlement> Subscribed { get; } =
        from state in Gen.Elements<(EntitlementStatus, StatusCause?)>(
            (EntitlementStatus.Active, null), (EntitlementStatus.Trialing, null), (EntitlementStatus.Canceled, StatusCause.CancelScheduled),
            (EntitlementStatus.PastDue, StatusCause.Dunning), (EntitlementStatus.PastDue, StatusCause.Unpaid), (EntitlementStatus.Paused, null))
        from periodEnd in MaybeInstant
        from cancelAt in MaybeInstant
        from graceEnd in MaybeInstant
        from flag in Gen.Elements(true, false)
        from start in Instant
        from units in Units
        select Rights.Subscription(state.Item1, periodEnd, state.Item2).With(terms => terms with
        {
            CancelAt = cancelAt,
            CancelAtPeriodEnd = flag,
            GraceEndsAt = state.Item2 == StatusCause.Dunning ? graceEnd : null,
        }) with
        {
            StartsAt = start,
            CreatedAt = start,
            UnitsGranted = units,
            UnitsRemaining = units,
        };

    // What no time gives back: refunds, disputes, an operator's no, and what Stripe ended.
    private static Gen<Entitlement> Taken { get; } =
        from right in Gen.OneOf(Pass, Pack, Granted, Subscribed)
        from end in Instant
        from state in Gen.Elements<(EntitlementStatus, StatusCause?, bool)>(
            (right.Status, right.StatusCause, false), (EntitlementStatus.Revoked, StatusCause.Operator, true),
            (EntitlementStatus.Canceled, StatusCause.SubscriptionDeleted, true), (EntitlementStatus.Canceled, StatusCause.ItemRemoved, true),
            (EntitlementStatus.Expired, StatusCause.IncompleteExpired, true))
        from cause in Gen.Elements(PaymentBlockCause.Refund, PaymentBlockCause.Dispute, PaymentBlockCause.DisputeLost)
        select right with
        {
            Status = state.Item1,
            StatusCause = state.Item2,
            EndedAt = state.Item3 ? end : null,
            Block = state.Item3 ? null : new PaymentBlock(cause, end),
        };
}
