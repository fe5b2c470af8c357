namespace Licenzy.Domain.Entitlements;

/// <summary>What a right means at an instant (CONTRACT §5). Everything that ends by time is decided here, at the moment of the question.</summary>
public static class EntitlementRules
{
    /// <summary>Whether the right is usable at <paramref name="now"/>, why, and until when.</summary>
    public static Availability At(this Entitlement right, DateTimeOffset now, Leeway leeway) => right switch
    {
        { Status: EntitlementStatus.Revoked } => Availability.No(Reason.Revoked),
        { StatusCause: StatusCause.Refund } => Availability.No(Reason.Refunded),
        { StatusCause: StatusCause.Dispute } or { Status: EntitlementStatus.Suspended } => Availability.No(Reason.Disputed),
        { EndedAt: not null, Status: EntitlementStatus.Expired } => Availability.No(Reason.PaymentFailed),
        { EndedAt: not null } => Availability.No(Reason.SubscriptionCanceled),
        // What begins with its own purchase has begun: who paid must not wait for our clock to reach Stripe's.
        { StartsAt: var start, CreatedAt: var created } when now < start && created < start => Availability.NotBefore(start),
        { Kind: EntitlementKind.TimePass } => TimePassAt(right, now),
        { Kind: EntitlementKind.UsagePack } => UsagePackAt(right, now),
        _ => SubscriptionRules.At(right, now, leeway),
    };

    /// <summary>The status at <paramref name="now"/>: a right whose time is over is expired, though nobody told.</summary>
    public static EntitlementStatus StatusAt(this Entitlement right, DateTimeOffset now) =>
        right is { Status: EntitlementStatus.Active, ExpiresAt: { } end } && end <= now ? EntitlementStatus.Expired : right.Status;

    /// <summary>When the right ends if nothing happens; <see langword="null"/> where no end is known.</summary>
    public static DateTimeOffset? EndsAt(this Entitlement right) =>
        right.EndedAt ?? right.ExpiresAt
            ?? (right.Subscription is { IsCanceling: true } canceling ? canceling.ScheduledEnd : right.Subscription?.PeriodEnd);

    /// <summary>When access drops, inside a dunning grace or before a scheduled end; otherwise <see langword="null"/>.</summary>
    public static DateTimeOffset? GracePeriodEndsAt(this Entitlement right, DateTimeOffset now, Leeway leeway) =>
        right.At(now, leeway) is { Reason: Reason.PastDueInGrace or Reason.SubscriptionCanceling, ChangesAt: { } end } ? end : null;

    /// <summary>The end of the passes of a product that are already held: a further one begins there, so that none overlaps.</summary>
    public static DateTimeOffset NextPassStart(IEnumerable<Entitlement> held, string productCode, DateTimeOffset now) =>
        held.Where(right => right is { Kind: EntitlementKind.TimePass, Status: EntitlementStatus.Active, EndedAt: null, ExpiresAt: not null }
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
