using Licenzy.Domain.Products;

namespace Licenzy.Domain.Billing;

/// <summary>Where an attempt to buy stands.</summary>
public enum AttemptStatus
{
    /// <summary>Started; the money has not come.</summary>
    Created,

    /// <summary>Paid: the right is there.</summary>
    Completed,

    /// <summary>Stripe closed the page unused.</summary>
    Expired,

    /// <summary>The payment failed, or Stripe refused the session.</summary>
    Failed,
}

/// <summary>One attempt to buy. What was sold stands here, not in anything a payer can touch (SECURITY T30).</summary>
public sealed record CheckoutAttempt
{
    /// <summary><c>att_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Who buys.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>The product's terms when the attempt was started.</summary>
    public required ProductTerms Terms { get; init; }

    /// <summary>How many, at least 1.</summary>
    public required long Quantity { get; init; }

    /// <summary>Where it stands.</summary>
    public required AttemptStatus Status { get; init; }

    /// <summary>Stripe's session, once there is one.</summary>
    public string? SessionId { get; init; }

    /// <summary>The right it became.</summary>
    public string? EntitlementId { get; init; }
}
