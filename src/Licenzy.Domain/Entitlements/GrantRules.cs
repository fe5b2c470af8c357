using Licenzy.Domain.Products;

namespace Licenzy.Domain.Entitlements;

/// <summary>What an operator asks for when giving a right by hand.</summary>
/// <param name="Terms">The product's terms.</param>
/// <param name="Units">Units instead of the product's.</param>
/// <param name="ExpiresAt">The end instead of the product's duration.</param>
public sealed record Grant(ProductTerms Terms, long? Units, DateTimeOffset? ExpiresAt);

/// <summary>Rights given and taken by hand.</summary>
public static class GrantRules
{
    /// <summary>The right that follows from a grant; a pass without an end of its own begins after those already held.</summary>
    public static EntitlementChange Give(Grant grant, IReadOnlyList<Entitlement> held, string id, DateTimeOffset now)
    {
        var terms = grant.Terms;
        var start = terms.Kind == EntitlementKind.TimePass && grant.ExpiresAt is null
            ? EntitlementRules.NextPassStart(held, terms.ProductCode, now)
            : now;
        var units = grant.Units ?? terms.Units;
        var right = new Entitlement
        {
            Id = id,
            ProductCode = terms.ProductCode,
            Kind = terms.Kind,
            Status = EntitlementStatus.Active,
            Source = EntitlementSource.Portal,
            UnitsGranted = units,
            UnitsRemaining = units,
            StartsAt = start,
            ExpiresAt = grant.ExpiresAt ?? (terms.DurationDays is { } days && terms.Kind != EntitlementKind.Subscription ? start.PlusDays(days) : null),
            CreatedAt = now,
        };
        return new EntitlementChange(null, right, ChangeReason.ManualGrant);
    }
    /// <summary>
    /// The right taken back, whoever gave it; <see langword="null"/> where it is over already. Its units stay on record and are usable to nobody,
    /// and no payment gives it again.
    /// </summary>
    public static EntitlementChange? Revoke(Entitlement right, DateTimeOffset now) => right.IsOver(now) ? null : new EntitlementChange(
        right,
        right with
        {
            Status = EntitlementStatus.Revoked,
            StatusCause = StatusCause.Operator,
            // A subscription lives on at Stripe, and its news is still recorded.
            EndedAt = right.Subscription is null ? now : null,
        },
        ChangeReason.ManualRevoke);
}
