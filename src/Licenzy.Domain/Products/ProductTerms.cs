using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Products;

/// <summary>What a product gives. A checkout keeps the terms it was started with, so a later edit never changes what was bought.</summary>
public sealed record ProductTerms
{
    /// <summary>Days of access after a subscription's payment first failed, where the operator set none: Stripe's own dunning window.</summary>
    public const long DefaultPastDueGraceDays = 21;

    /// <summary>The product's code.</summary>
    public required string ProductCode { get; init; }

    /// <summary>What sort of right it gives.</summary>
    public required EntitlementKind Kind { get; init; }

    /// <summary>Units in a pack, or included in each period of a subscription.</summary>
    public long? Units { get; init; }

    /// <summary>Days a pass lasts, or a pack may be used.</summary>
    public long? DurationDays { get; init; }

    /// <summary>Days of access after a subscription's payment first failed.</summary>
    public long PastDueGraceDays { get; init; } = DefaultPastDueGraceDays;
}
