namespace Licenzy.Portal;

/// <summary><c>PUT /portal/products/{product_code}</c>: replaces a product whole, or restores a deleted one.</summary>
public sealed record ReplaceProductRequest
{
    /// <inheritdoc cref="CreateProductRequest.Mode"/>
    public required string Mode { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Name"/>
    public required string Name { get; init; }

    /// <summary>The same as before: a product does not change what it is.</summary>
    public required string Kind { get; init; }

    /// <summary>Stripe's price from now on. Who subscribed at an earlier price stays.</summary>
    public required string StripePriceId { get; init; }

    /// <inheritdoc cref="CreateProductRequest.DurationDays"/>
    public long? DurationDays { get; init; }

    /// <inheritdoc cref="CreateProductRequest.Units"/>
    public long? Units { get; init; }

    /// <inheritdoc cref="CreateProductRequest.PastDueGraceDays"/>
    public long? PastDueGraceDays { get; init; }

    /// <inheritdoc cref="CreateProductRequest.SuccessUrl"/>
    public string? SuccessUrl { get; init; }

    /// <inheritdoc cref="CreateProductRequest.CancelUrl"/>
    public string? CancelUrl { get; init; }
}
