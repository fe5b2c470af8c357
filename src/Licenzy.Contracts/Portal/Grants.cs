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
