using Licenzy.Domain;
using Licenzy.Domain.Accounts;
using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Accounts;

/// <summary>A row of <c>account_subscriptions</c>.</summary>
internal sealed record AccountSubscriptionRow
{
    public required string StripeSubscriptionId { get; init; }

    public required string AccountId { get; init; }

    public required string MatchedBy { get; init; }

    public string? StripeCustomerId { get; init; }

    public string? Plan { get; init; }

    public required string Status { get; init; }

    public long? TrialEnd { get; init; }

    public long? PeriodStart { get; init; }

    public long? PeriodEnd { get; init; }

    public long? CancelAt { get; init; }

    public long? CancelAtPeriodEndSince { get; init; }

    public string? StateHistory { get; init; }

    public long? GraceEndsAt { get; init; }

    public long? StripeAsOf { get; init; }

    public long? StripeCreatedAsOf { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    /// <summary>As the rules see it; without its history, which only news is held against.</summary>
    public AccountSubscription ToSubscription() => new()
    {
        Plan = Plan,
        Status = Words.Parse<StripeSubscriptionStatus>(Status),
        TrialEnd = Instant.Of(TrialEnd),
        Terms = new SubscriptionTerms
        {
            SubscriptionId = StripeSubscriptionId,
            PeriodStart = Instant.Of(PeriodStart),
            PeriodEnd = Instant.Of(PeriodEnd),
            CancelAt = Instant.Of(CancelAt),
            CancelAtPeriodEnd = CancelAtPeriodEndSince is not null,
            GraceEndsAt = Instant.Of(GraceEndsAt),
            AsOf = Instant.Of(StripeAsOf),
            IsCreation = StripeCreatedAsOf is not null,
        },
    };
}
