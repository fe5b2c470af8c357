namespace Licenzy.Portal;

/// <summary><c>POST /portal/customers/{subject_ref}/grants</c>: a right given by hand.</summary>
public sealed record GrantRequest
{
    /// <summary>The product whose right is given.</summary>
    public required string ProductCode { get; init; }

    /// <summary>Units instead of the product's, for products with units; 1 to 1,000,000,000.</summary>
    public long? Units { get; init; }

    /// <summary>When the right ends; default what the product's duration says, for a subscription never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why, for the audit log; 1–500 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary><c>POST /portal/customers/{subject_ref}/grants/{entitlement_id}/revoke</c>: a right taken back, whoever gave it.</summary>
public sealed record RevokeGrantRequest
{
    /// <summary>Why, for the history and the audit log; 1–500 characters.</summary>
    public required string Reason { get; init; }
}

/// <summary><c>POST /portal/customers/{subject_ref}/usage-adjustments</c>: a balance corrected.</summary>
public sealed record AdjustUsageRequest
{
    /// <summary>The right whose balance is wrong, <c>ent_…</c>.</summary>
    public required string EntitlementId { get; init; }

    /// <summary>Units to add, or below zero to take; -1,000,000,000 to 1,000,000,000, not 0. A subscription's last until its period ends.</summary>
    public required long Units { get; init; }

    /// <summary>Why, for the history and the audit log; 1–500 characters.</summary>
    public required string Reason { get; init; }
}
