using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Accounts;

/// <summary>
/// What the operator's Stripe events do to an account's subscription: newer state wins, an ended one stays ended. There is no key to ask the
/// operator's Stripe account with: of two states of one second the creation yields, else the one that says more, whichever was told first.
/// </summary>
public static class AccountBillingRules
{
    /// <summary>The subscription after the event; <paramref name="known"/> itself where the event tells nothing.</summary>
    /// <param name="known">What was known of it; <see langword="null"/> where nothing was.</param>
    /// <param name="news">Its state, as of the event.</param>
    /// <param name="plan">The plan's name, by the event.</param>
    /// <param name="trialEnd">The trial's end, by the event.</param>
    public static AccountSubscription? Apply(AccountSubscription? known, SubscriptionEvent news, string? plan, DateTimeOffset? trialEnd)
    {
        if (news.Status == StripeSubscriptionStatus.Unknown || known is { IsTerminal: true })
        {
            return known;
        }

        var terms = known?.Terms ?? new SubscriptionTerms { SubscriptionId = news.SubscriptionId };
        // The first item is the plan; what else is on the bill adds to it.
        var item = news.Items.Count > 0 ? news.Items[0] : new SubscriptionItem(null, null, 1, null, null);
        item = item with { PeriodStart = item.PeriodStart ?? terms.PeriodStart, PeriodEnd = item.PeriodEnd ?? terms.PeriodEnd };
        var heard = DunningRules.Heard(news, item, terms, product: null);
        if (known is not null && IsOlder(news, plan, known, item))
        {
            if (news.CreatedAt == terms.AsOf)
            {
                return known;
            }

            // All that late news can tell is when dunning began.
            var moved = heard.History.PastDueSince(terms.PeriodEnd) - terms.History.PastDueSince(terms.PeriodEnd);
            return known with { Terms = terms with { History = heard.History, GraceEndsAt = terms.GraceEndsAt + (moved ?? TimeSpan.Zero) } };
        }

        return new AccountSubscription
        {
            Plan = plan ?? known?.Plan,
            Status = news.Status,
            TrialEnd = trialEnd,
            Terms = heard with
            {
                PeriodStart = item.PeriodStart,
                PeriodEnd = item.PeriodEnd,
                CancelAt = news.CancelAt,
                CancelAtPeriodEnd = news.CancelAtPeriodEnd,
                AsOf = news.CreatedAt,
                IsCreation = news.IsCreation,
            },
        };
    }

    private static bool IsOlder(SubscriptionEvent news, string? plan, AccountSubscription known, SubscriptionItem item) =>
        !news.IsTerminal && (news.CreatedAt < known.Terms.AsOf || (news.CreatedAt == known.Terms.AsOf && IsOutranked(news, plan, known, item)));

    // Of one second: by what the states say alone, so that it is the same one in whatever order they come.
    private static bool IsOutranked(SubscriptionEvent news, string? plan, AccountSubscription known, SubscriptionItem item)
    {
        var terms = known.Terms;
        int[] differences =
        [
            (!news.IsCreation).CompareTo(!terms.IsCreation),
            Rank(news.Status).CompareTo(Rank(known.Status)),
            Nullable.Compare(item.PeriodEnd, terms.PeriodEnd),
            news.CancelAtPeriodEnd.CompareTo(terms.CancelAtPeriodEnd),
            Nullable.Compare(news.CancelAt, terms.CancelAt),
            string.CompareOrdinal(plan ?? known.Plan, known.Plan),
        ];
        return differences.FirstOrDefault(difference => difference != 0) < 0;
    }

    // As statuses take precedence in a right: the graver one is told later.
    private static int Rank(StripeSubscriptionStatus status) => status switch
    {
        StripeSubscriptionStatus.Paused => 5,
        StripeSubscriptionStatus.Unpaid => 4,
        StripeSubscriptionStatus.PastDue => 3,
        StripeSubscriptionStatus.Active => 2,
        StripeSubscriptionStatus.Trialing => 1,
        _ => 0,
    };
}
