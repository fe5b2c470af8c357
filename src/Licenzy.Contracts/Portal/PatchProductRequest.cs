namespace Licenzy.Portal;

/// <summary><c>PATCH /portal/products/{id}</c>: changes the members that are there; the others stay.</summary>
/// <remarks>On the wire null takes an optional member away. The clients send no nulls: to take one away with them, replace the product.</remarks>
public sealed record PatchProductRequest
{
    /// <inheritdoc cref="CreateProductRequest.Name"/>
    public string? Name { get; init; }

    /// <inheritdoc cref="ReplaceProductRequest.StripePriceId"/>
    public string? StripePriceId { get; init; }

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
