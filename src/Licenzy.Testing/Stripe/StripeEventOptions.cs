namespace Licenzy.Testing;

/// <summary>What surrounds the object in an event document.</summary>
public sealed record StripeEventOptions
{
    /// <summary>The event's id, <c>evt_…</c>; two deliveries of one event have the same.</summary>
    public string Id { get; init; } = StripeIds.New("evt_1");

    /// <summary>When it happened, to the second. Default: the sample's instant.</summary>
    public DateTimeOffset Created { get; init; } = StripeEvents.SampleInstant;

    /// <summary>
    /// The version whose shapes are written; <see langword="null"/> writes <c>"api_version": null</c> in the newest shapes.
    /// Before <c>2025-03-31</c> a subscription has its period at the top level and an invoice names its subscription there.
    /// </summary>
    public string? ApiVersion { get; init; } = StripeEvents.CurrentApiVersion;

    /// <summary>The API request that caused it, <c>req_…</c>; <see langword="null"/> where Stripe acted by itself.</summary>
    public string? RequestId { get; init; }

    /// <summary>The idempotency key of that request.</summary>
    public string? IdempotencyKey { get; init; }
}
