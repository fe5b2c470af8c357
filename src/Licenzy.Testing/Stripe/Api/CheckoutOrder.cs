namespace Licenzy.Testing;

/// <summary>A session with what its creator asked for beyond it: kept for the moment somebody pays.</summary>
internal sealed record CheckoutOrder(StripeCheckoutSession Session)
{
    public IReadOnlyDictionary<string, string> SubscriptionMetadata { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> PaymentIntentMetadata { get; init; } = new Dictionary<string, string>();

    public long? TrialDays { get; init; }

    public DateTimeOffset? TrialEnd { get; init; }

    /// <summary>The subscription that waits for the payer's bank, <c>sub_…</c>.</summary>
    public string? Begun { get; init; }

    public string? RequestId { get; init; }

    public string? IdempotencyKey { get; init; }

    public bool HasTrial => TrialDays is not null || TrialEnd is not null;
}
