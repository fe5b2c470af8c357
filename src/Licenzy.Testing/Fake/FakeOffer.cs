using Licenzy.Domain;
using Licenzy.Products;

namespace Licenzy.Testing;

/// <summary>Something for sale: the right it gives, and its name.</summary>
internal sealed record FakeOffer(string Id, FakeRight Right, string Name)
{
    public ProductOffer ToOffer() => new()
    {
        ProductCode = Right.ProductCode,
        Name = Name,
        Kind = Right.Kind.ToWord(),
        Units = Right.Units,
        // A real product counts whole days.
        DurationDays = Right.Lasts is { } lasts ? (long)Math.Ceiling(lasts.TotalDays) : null,
        Features = Right.Features,
    };
}

/// <summary>A purchase that was started.</summary>
internal sealed record FakeAttempt(string Id, string SubjectRef, FakeRight Right, long Quantity, DateTimeOffset CreatedAt)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public string? EntitlementId { get; init; }

    public DateTimeOffset UpdatedAt { get; init; } = CreatedAt;

    public bool IsPaid => EntitlementId is not null;

    public DateTimeOffset ExpiresAt => CreatedAt + Life;

    public string Url => $"https://checkout.stripe.test/c/pay/{Id}";
}
