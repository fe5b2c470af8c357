using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Accounts;

/// <summary>What an account's plan is and opens (CONTRACT §2): everything where the operator bills nobody, else what its subscriptions pay for.</summary>
public static class PlanRules
{
    /// <summary>The plan of an account on a server that bills nobody.</summary>
    public static AccountPlan SelfHosted { get; } = new("self_hosted", StripeSubscriptionStatus.Active.ToWord(), PlanAccess.Active);

    /// <summary>The plan of an account that never subscribed.</summary>
    public static AccountPlan None { get; } = new("none", "none", PlanAccess.Restricted);

    /// <summary>The plan at <paramref name="now"/>: of several subscriptions the one that opens most, then the one heard of last.</summary>
    /// <param name="billed">Whether the operator's billing is on.</param>
    /// <param name="subscriptions">The account's subscriptions, ended ones too.</param>
    /// <param name="now">The instant of the question.</param>
    /// <param name="leeway">How long a period may be over while the renewal's news is on its way.</param>
    public static AccountPlan Decide(bool billed, IReadOnlyList<AccountSubscription> subscriptions, DateTimeOffset now, Leeway leeway) =>
        !billed ? SelfHosted : subscriptions
            .OrderByDescending(one => At(one, now, leeway))
            .ThenByDescending(one => one.Terms.AsOf ?? DateTimeOffset.MinValue)
            .ThenBy(one => one.Terms.SubscriptionId, StringComparer.Ordinal)
            .Select(one => new AccountPlan(one.Plan ?? None.Name, one.Status.ToWord(), At(one, now, leeway)) { Subscription = one })
            .FirstOrDefault() ?? None;

    // The same grace and leeway as everywhere (CONTRACT §5); a scheduled end has neither. An unknown period ends only by news.
    private static PlanAccess At(AccountSubscription subscription, DateTimeOffset now, Leeway leeway)
    {
        var terms = subscription.Terms;
        if (terms.AsOf is null || terms.ScheduledEnd <= now)
        {
            return PlanAccess.Restricted;
        }

        return subscription.Status switch
        {
            StripeSubscriptionStatus.Trialing when !(terms.PeriodEnd?.Plus(leeway.Trial) <= now) => PlanAccess.Trial,
            StripeSubscriptionStatus.Active when !(terms.PeriodEnd?.Plus(leeway.Renewal) <= now) => PlanAccess.Active,
            StripeSubscriptionStatus.PastDue when now < terms.GraceEndsAt => PlanAccess.Active,
            _ => PlanAccess.Restricted,
        };
    }
}
