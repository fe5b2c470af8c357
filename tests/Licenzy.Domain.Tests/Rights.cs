using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Tests;

/// <summary>Rights to begin a sentence with; <c>with</c> says the rest.</summary>
internal static class Rights
{
    public static Entitlement Pass(DateTimeOffset start, DateTimeOffset? end) => Of(EntitlementKind.TimePass, "PASS30") with
    {
        StartsAt = start,
        ExpiresAt = end,
        CreatedAt = start,
    };

    public static Entitlement Pack(long units, DateTimeOffset? end = null) => Of(EntitlementKind.UsagePack, "PACK1000") with
    {
        UnitsGranted = units,
        UnitsRemaining = units,
        ExpiresAt = end,
    };

    public static Entitlement Granted(DateTimeOffset? end = null) => Of(EntitlementKind.Subscription, "PRO") with
    {
        Source = EntitlementSource.Portal,
        ExpiresAt = end,
    };

    public static Entitlement Subscription(EntitlementStatus status, DateTimeOffset? periodEnd, StatusCause? cause = null) =>
        Of(EntitlementKind.Subscription, "PRO") with
        {
            Status = status,
            StatusCause = cause,
            Subscription = new SubscriptionTerms
            {
                SubscriptionId = "sub_1",
                ItemId = "si_1",
                PeriodStart = periodEnd?.AddDays(-30),
                PeriodEnd = periodEnd,
                AsOf = Times.Day(-30),
            },
        };

    /// <summary>A subscription with its terms changed.</summary>
    public static Entitlement With(this Entitlement right, Func<SubscriptionTerms, SubscriptionTerms> change) =>
        right with { Subscription = change(right.Subscription!) };

    /// <summary>A subscription's right after units of it were consumed.</summary>
    public static Entitlement Used(this Entitlement right, long units) =>
        right.With(terms => terms with { UnitsUsed = terms.UnitsUsed + units }) with { UnitsRemaining = right.UnitsRemaining - units };

    private static Entitlement Of(EntitlementKind kind, string product) => new()
    {
        Id = "ent_1",
        ProductCode = product,
        Kind = kind,
        Status = EntitlementStatus.Active,
        Source = EntitlementSource.Stripe,
        StartsAt = Times.Day(-30),
        CreatedAt = Times.Day(-30),
    };
}
