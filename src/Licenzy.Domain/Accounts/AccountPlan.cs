namespace Licenzy.Domain.Accounts;

/// <summary>What a plan opens, from least to most.</summary>
public enum PlanAccess
{
    /// <summary>Test mode, and what was set up in live mode before.</summary>
    Restricted,

    /// <summary>Everything, while the trial lasts.</summary>
    Trial,

    /// <summary>Everything.</summary>
    Active,
}

/// <summary>What an account may do at an instant.</summary>
/// <param name="Name">The plan's name.</param>
/// <param name="Status">Stripe's word for the subscription's status; <c>active</c> where nothing is billed, <c>none</c> without a subscription.</param>
/// <param name="Access">What it opens.</param>
public sealed record AccountPlan(string Name, string Status, PlanAccess Access)
{
    /// <summary>The subscription that decided, where one did.</summary>
    public AccountSubscription? Subscription { get; init; }

    /// <summary>Whether live checkouts may be started, and live keys, products and connections made.</summary>
    public bool LiveAllowed => Access != PlanAccess.Restricted;
}
