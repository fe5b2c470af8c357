namespace Licenzy.Domain.Entitlements;

/// <summary>What a right means at an instant (CONTRACT §5). Everything that ends by time is decided here, at the moment of the question.</summary>
public static class EntitlementRules
{
    /// <summary>Whether the right is usable at <paramref name="now"/>, why, and until when.</summary>
    public static Availability At(this Entitlement right, DateTimeOffset now, Leeway leeway) => right switch
    {
        { Status: EntitlementStatus.Revoked } => Availability.No(Reason.Revoked),
        { EndedAt: not null, Status: EntitlementStatus.Expired } => Availability.No(Reason.PaymentFailed),
        { EndedAt: not null } => Availability.No(Reason.SubscriptionCanceled),
        { Block.Cause: PaymentBlockCause.Refund } => Availability.No(Reason.Refunded),
        { Block: not null } => Availability.No(Reason.Disputed),
        // What begins with its own purchase has begun: who paid must not wait for our clock to reach Stripe's.
        { StartsAt: var start, CreatedAt: var created } when now < start && created < start => Availability.NotBefore(start),
        { Kind: EntitlementKind.TimePass } => TimePassAt(right, now),
        { Kind: EntitlementKind.UsagePack } => UsagePackAt(right, now),
        _ => SubscriptionRules.At(right, now, leeway),
    };

    /// <summary>The status at <paramref name="now"/>: a right whose payment was taken back, or whose time is over, is no longer what it was.</summary>
    public static EntitlementStatus StatusAt(this Entitlement right, DateTimeOffset now) => right switch
    {
        { Status: EntitlementStatus.Revoked } or { EndedAt: not null } => right.Status,
        { Block: not null, Kind: EntitlementKind.Subscription } => EntitlementStatus.PastDue,
        { Block.IsFinal: true } => EntitlementStatus.Canceled,
        { Block: not null } => EntitlementStatus.Suspended,
        { Status: EntitlementStatus.Active, ExpiresAt: { } end } when end <= now => EntitlementStatus.Expired,
        _ => right.Status,
    };

    /// <summary>Why <see cref="StatusAt"/> is what it is.</summary>
    public static StatusCause? CauseOfStatus(this Entitlement right) => right switch
    {
        { Status: EntitlementStatus.Revoked } or { EndedAt: not null } or { Block: null } => right.StatusCause,
        { Block.Cause: PaymentBlockCause.Refund } => StatusCause.Refund,
        _ => StatusCause.Dispute,
    };

    /// <summary>Whether it is over for good: taken back, ended, or past its end. There is nothing left to take or to correct.</summary>
    public static bool IsOver(this Entitlement right, DateTimeOffset now) =>
        right is { Status: EntitlementStatus.Revoked } or { EndedAt: not null } || right.ExpiresAt <= now;

    /// <summary>When the right ends if nothing happens; <see langword="null"/> where no end is known.</summary>
    public static DateTimeOffset? EndsAt(this Entitlement right) => right switch
    {
        { EndedAt: { } ended } => ended,
        { Block: { IsFinal: true, Since: var since }, Kind: not EntitlementKind.Subscription } => since,
        { ExpiresAt: { } end } => end,
        { Subscription: { IsCanceling: true } canceling } => canceling.ScheduledEnd,
        _ => right.Subscription?.PeriodEnd,
    };

    /// <summary>Units left to show: none where the money is gone; <see langword="null"/> where the right has no units.</summary>
    public static long? UnitsShown(this Entitlement right) =>
        right is { UnitsRemaining: not null, Block.IsFinal: true, Kind: not EntitlementKind.Subscription } ? 0 : right.UnitsRemaining;

    /// <summary>When access drops, inside a dunning grace or before a scheduled end; otherwise <see langword="null"/>.</summary>
    public static DateTimeOffset? GracePeriodEndsAt(this Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.At(now, leeway) is { Reason: Reason.PastDueInGrace or Reason.SubscriptionCanceling, ChangesAt: { } end } ? end : null;

    /// <summary>Where a pass that is given now begins: after those of the product that are held, so that none overlaps.</summary>
    public static DateTimeOffset NextPassStart(IEnumerable<Entitlement> held, string productCode, DateTimeOffset now) =>
        held.Where(right => right is { Kind: EntitlementKind.TimePass, Status: EntitlementStatus.Active, EndedAt: null, ExpiresAt: not null, Block: not { IsFinal: true } }
                && right.ProductCode == productCode)
            .Select(right => right.ExpiresAt!.Value)
            .Append(now)
            .Max();

    private static Availability TimePassAt(Entitlement right, DateTimeOffset now) =>
        right.ExpiresAt is { } end && end <= now
            ? Availability.No(Reason.TimePassExpired)
            : Availability.Until(right.ExpiresAt, Reason.TimePassActive);

    private static Availability UsagePackAt(Entitlement right, DateTimeOffset now) => right switch
    {
        { ExpiresAt: { } end } when end <= now => Availability.No(Reason.UsagePackExpired),
        { UnitsRemaining: > 0 } => Availability.Until(right.ExpiresAt, Reason.UsagePackAvailable),
        // An empty pack's reason still changes when its time is over.
        _ => new Availability(false, Reason.UsagePackExhausted, right.ExpiresAt),
    };
}
