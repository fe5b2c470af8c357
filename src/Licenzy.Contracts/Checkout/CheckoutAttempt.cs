namespace Licenzy.Checkout;

/// <summary><c>GET /v1/checkout/session/{attempt_id}</c>: where an attempt to buy stands.</summary>
public sealed record CheckoutAttemptResponse
{
    /// <summary><c>att_</c> and a ULID, as the start of the purchase gave it.</summary>
    public required string AttemptId { get; init; }

    /// <summary><c>created</c>, <c>completed</c>, <c>expired</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The right it became; <see langword="null"/> until it is completed.</summary>
    public string? EntitlementId { get; init; }

    /// <summary>Who buys.</summary>
    public required string SubjectRef { get; init; }

    /// <summary>What is bought.</summary>
    public required string ProductCode { get; init; }

    /// <summary>How many.</summary>
    public required long Quantity { get; init; }

    /// <summary><c>test</c> or <c>live</c>: the key's mode.</summary>
    public required string Mode { get; init; }

    /// <summary>Stripe's page to pay on, where Stripe was just asked and said that it is still open; else <see langword="null"/>.</summary>
    public string? CheckoutUrl { get; init; }

    /// <summary>When Stripe closes the page.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the purchase was started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something last became of it.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
