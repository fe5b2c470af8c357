using Licenzy.Domain.Entitlements;
using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>When a grace began: at the first past_due of the period (CONTRACT §5). Failing again buys no further grace.</summary>
internal static class DunningRules
{
    /// <summary>The terms with their grace. Dunning that runs on, or comes back in the period it was last seen in, keeps its first instant.</summary>
    public static SubscriptionTerms Begin(SubscriptionTerms before, SubscriptionTerms terms, DateTimeOffset at, ProductTerms? product)
    {
        var runsOn = before.GraceEndsAt is not null || (before.PastDuePeriodEnd is not null && before.PastDuePeriodEnd == terms.PeriodEnd);
        var since = runsOn && before.PastDueSince is { } first ? first : at;
        return terms with
        {
            PastDueSince = since,
            PastDuePeriodEnd = terms.PeriodEnd,
            GraceEndsAt = since.PlusDays(product?.PastDueGraceDays ?? ProductTerms.DefaultPastDueGraceDays),
        };
    }

    /// <summary>The right after a past_due older than its state: all it can tell is when dunning began. <see langword="null"/> where it tells nothing.</summary>
    public static EntitlementChange? HeardLate(SubscriptionEvent subscription, Entitlement right)
    {
        var (terms, at) = (right.Subscription!, subscription.CreatedAt);
        if (subscription.Status is not StripeSubscriptionStatus.PastDue
            || right.EndedAt is not null
            || subscription.Items.FirstOrDefault(item => item.Id == terms.ItemId)?.PeriodEnd is not { } period)
        {
            return null;
        }

        var samePeriod = terms.PastDuePeriodEnd == period;
        var startsEarlier = samePeriod && at < terms.PastDueSince;
        var wasUnheard = terms.GraceEndsAt is null && (terms.PastDueSince is null || (!samePeriod && at > terms.PastDueSince));
        if (!startsEarlier && !wasUnheard)
        {
            return null;
        }

        var after = terms with { PastDueSince = at, PastDuePeriodEnd = period, GraceEndsAt = terms.GraceEndsAt - (terms.PastDueSince - at) };
        return new EntitlementChange(right, right with { Subscription = after }, ChangeReason.SubscriptionUpdated);
    }
}
