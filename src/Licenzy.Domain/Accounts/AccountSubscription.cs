using Licenzy.Domain.Billing;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Accounts;

/// <summary>A subscription by which an account pays the operator of the server, as it stands at the operator's Stripe account.</summary>
public sealed record AccountSubscription
{
    /// <summary>What is subscribed to, by the operator's name for it; <see langword="null"/> before any event of the subscription told.</summary>
    public string? Plan { get; init; }

    /// <summary>Stripe's status.</summary>
    public required StripeSubscriptionStatus Status { get; init; }

    /// <summary>When its trial ends or ended, where there is or was one.</summary>
    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>Its period, scheduled end, dunning, and as of when all this is known.</summary>
    public required SubscriptionTerms Terms { get; init; }

    /// <summary>Whether it will never count again.</summary>
    public bool IsTerminal => Status is StripeSubscriptionStatus.Canceled or StripeSubscriptionStatus.IncompleteExpired;
}
