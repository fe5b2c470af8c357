using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Tests;

/// <summary>Every instant at which a right could change, and its neighbours: what a rule computes is compared with looking everywhere.</summary>
internal static class Boundaries
{
    public static IReadOnlyList<DateTimeOffset> Of(Entitlement right, Leeway leeway) => Of([right], leeway);

    public static IReadOnlyList<DateTimeOffset> Of(IEnumerable<Entitlement> rights, Leeway leeway) =>
    [
        .. rights.SelectMany(right => Of(right.Subscription, leeway).Append(right.StartsAt).Append(right.ExpiresAt).Append(right.EndedAt))
            .OfType<DateTimeOffset>()
            .Append(Times.Noon.AddYears(10))
            .SelectMany(Times.Around)
            .Distinct()
            .Order(),
    ];

    private static IEnumerable<DateTimeOffset?> Of(SubscriptionTerms? terms, Leeway leeway) => terms is null ? [] :
        [terms.PeriodEnd, terms.PeriodEnd + leeway.Renewal, terms.PeriodEnd + leeway.Trial, terms.CancelAt, terms.GraceEndsAt];
}
