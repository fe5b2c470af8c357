using System.Text.Json;

namespace Licenzy.Products;

/// <summary><c>GET /v1/products</c>: what a product gives, for pricing pages and gates. Nothing of Stripe is in it.</summary>
public sealed record ProductOffer
{
    /// <summary>The code that checkouts, rights and gates name.</summary>
    public required string ProductCode { get; init; }

    /// <summary>What pricing pages call it.</summary>
    public required string Name { get; init; }

    /// <summary><c>subscription</c>, <c>time_pass</c> or <c>usage_pack</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Units in a pack, or included in each period of a subscription; <see langword="null"/> where there are none.</summary>
    public required long? Units { get; init; }

    /// <summary>Days a pass lasts, or a pack may be used; <see langword="null"/> where no end is set.</summary>
    public required long? DurationDays { get; init; }

    /// <summary>What the product's plan grants, by feature code; empty where the product has no plan.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Features { get; init; }
}
