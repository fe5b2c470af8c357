namespace Licenzy.Portal;

/// <summary><c>POST /portal/workspaces</c>: a further workspace of the account.</summary>
public sealed record CreateWorkspaceRequest
{
    /// <summary>What it is for, 1–100 characters.</summary>
    public required string Name { get; init; }
}

/// <summary><c>GET /portal/account/subscription</c>: what the account may do here.</summary>
public sealed record AccountSubscriptionResponse
{
    /// <summary>The account's plan; <c>self_hosted</c> where the operator bills nobody.</summary>
    public required string Plan { get; init; }

    /// <summary>Stripe's status of the subscription, such as <c>past_due</c>; <c>active</c> where nothing is billed, <c>none</c> without a subscription.</summary>
    public required string Status { get; init; }

    /// <summary><c>active</c>, <c>trial</c> or <c>restricted</c>.</summary>
    public required string Access { get; init; }

    /// <summary>Whether live keys, products, connections and checkouts may be made.</summary>
    public required bool LiveAllowed { get; init; }

    /// <summary>The end of the paid period; <see langword="null"/> where nothing is billed.</summary>
    public required DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>When the trial ends or ended; <see langword="null"/> where there is none.</summary>
    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>When the subscription will end or ended by a scheduled cancellation; <see langword="null"/> where none is set.</summary>
    public DateTimeOffset? CancelAt { get; init; }

    /// <summary>Whether it ends with its period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>While a payment is outstanding: when live mode closes.</summary>
    public DateTimeOffset? GracePeriodEndsAt { get; init; }
}
