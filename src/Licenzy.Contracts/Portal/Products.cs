namespace Licenzy.Portal;

/// <summary><c>POST /portal/products</c>: maps a Stripe price to a right.</summary>
public sealed record CreateProductRequest
{
    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Your code for the product: 1–64 letters, digits, <c>_</c>, <c>-</c> or <c>.</c>, compared ordinally.</summary>
    public required string ProductCode { get; init; }

    /// <summary>What operators and pricing pages call it, 1–200 characters.</summary>
    public required string Name { get; init; }

    /// <summary><c>subscription</c>, <c>time_pass</c> or <c>usage_pack</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Stripe's price, <c>price_…</c>: recurring for a subscription, one-time for the other two.</summary>
    public required string StripePriceId { get; init; }

    /// <summary>Days a pass lasts (needed for a time_pass) or a pack may be used (optional), 1 to 36,500.</summary>
    public long? DurationDays { get; init; }

    /// <summary>Units in a pack (needed), or included in each paid period of a subscription (optional); 1 to 1,000,000,000.</summary>
    public long? Units { get; init; }

    /// <summary>Days of access after a subscription's payment first failed, 0 to 365; default 21.</summary>
    public long? PastDueGraceDays { get; init; }

    /// <summary>Where Stripe sends the browser after payment, unless the checkout says otherwise.</summary>
    public string? SuccessUrl { get; init; }

    /// <summary>Where Stripe sends the browser when the customer turns back, unless the checkout says otherwise.</summary>
    public string? CancelUrl { get; init; }
}

/// <summary>A product as the portal shows it.</summary>
public sealed record ProductResponse
{
    /// <summary><c>prd_</c> and a ULID.</summary>
    public required string Id { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Mode"/>
    public required string Mode { get; init; }

    /// <inheritdoc cref="CreateProductRequest.ProductCode"/>
    public required string ProductCode { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Kind"/>
    public required string Kind { get; init; }

    /// <inheritdoc cref="CreateProductRequest.StripePriceId"/>
    public required string StripePriceId { get; init; }

    /// <inheritdoc cref="CreateProductRequest.DurationDays"/>
    public required long? DurationDays { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Units"/>
    public required long? Units { get; init; }

    /// <inheritdoc cref="CreateProductRequest.PastDueGraceDays"/>
    public required long PastDueGraceDays { get; init; }

    /// <inheritdoc cref="CreateProductRequest.SuccessUrl"/>
    public required string? SuccessUrl { get; init; }

    /// <inheritdoc cref="CreateProductRequest.CancelUrl"/>
    public required string? CancelUrl { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
