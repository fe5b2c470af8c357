using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Licenzy.Json;

namespace Licenzy.Webhooks;

/// <summary>What Licenzy tells a workspace's endpoint: the body of a delivery, signed as <see cref="WebhookSignature"/> has it.</summary>
public sealed record WebhookEvent
{
    // A member that must be there and is null would be found out later, far from here.
    private static readonly LicenzyJson Json = new(new JsonSerializerOptions(LicenzyJson.Default.Options) { RespectNullableAnnotations = true });

    /// <summary><c>evt_</c> and a ULID; also the header <c>webhook-id</c>, the same over every retry and resend.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="WebhookEventTypes"/>; more may come, so pass over what you do not know.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>What happened.</summary>
    public required WebhookEventData Data { get; init; }

    /// <summary>Reads the body of a delivery. Members and types it does not know are passed over, so that a newer server can tell more.</summary>
    /// <param name="body">The body; nothing here says that it is genuine, which <see cref="WebhookReading.Of"/> does.</param>
    /// <exception cref="JsonException">The body is no event.</exception>
    public static WebhookEvent Parse(byte[] body) =>
        JsonSerializer.Deserialize(body ?? throw new ArgumentNullException(nameof(body)), Json.WebhookEvent) ?? throw new JsonException("The body of a webhook is null.");

    /// <summary>Reads the body of a delivery, or says that it is no event.</summary>
    /// <inheritdoc cref="Parse" path="/param"/>
    /// <param name="received">The event, where it is one.</param>
    public static bool TryParse(byte[] body, [NotNullWhen(true)] out WebhookEvent? received)
    {
        try
        {
            received = Parse(body);
            return true;
        }
        catch (JsonException)
        {
            received = null;
            return false;
        }
    }
}

/// <summary>What happened; <see langword="null"/> where a member does not apply.</summary>
public sealed record WebhookEventData
{
    /// <summary>The subject's version: of two events of a subject, the one with the higher sequence is later, whatever the order they arrive in.</summary>
    public long? Sequence { get; init; }

    /// <summary>Whose right it is.</summary>
    public string? SubjectRef { get; init; }

    /// <summary><c>ws_</c> and a ULID.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary><c>test</c> or <c>live</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The product that gave the right.</summary>
    public string? ProductCode { get; init; }

    /// <summary><c>subscription</c>, <c>time_pass</c> or <c>usage_pack</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The right's status at that instant.</summary>
    public string? Status { get; init; }

    /// <summary>Why it happened: <c>checkout_finalized</c>, <c>manual_grant</c>, <c>refund</c>, <c>expired</c>, …; open.</summary>
    public string? Reason { get; init; }

    /// <summary><c>stripe</c>, <c>portal</c>, <c>runtime</c> or <c>clock</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The right.</summary>
    public string? EntitlementId { get; init; }

    /// <summary>The checkout attempt that bought it.</summary>
    public string? AttemptId { get; init; }

    /// <summary>Units of this event: granted by a purchase, consumed, or the signed correction.</summary>
    public long? Units { get; init; }

    /// <summary>Units left of this right.</summary>
    public long? UsageRemaining { get; init; }

    /// <summary>What was paid, in the smallest unit of the currency, as Stripe has it.</summary>
    public long? AmountTotal { get; init; }

    /// <summary>Three letters, lower case.</summary>
    public string? Currency { get; init; }

    /// <summary>Stripe's Checkout Session.</summary>
    public string? StripeCheckoutSessionId { get; init; }

    /// <summary>Stripe's PaymentIntent.</summary>
    public string? StripePaymentIntentId { get; init; }

    /// <summary>Stripe's Subscription.</summary>
    public string? StripeSubscriptionId { get; init; }

    /// <summary>End of the paid period.</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>When the right ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was ended, or will be by a scheduled cancellation.</summary>
    public DateTimeOffset? CanceledAt { get; init; }

    /// <summary>The operator or key that did it.</summary>
    public string? ActorUserId { get; init; }

    /// <summary>What the checkout was started with.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>When the right was first recorded.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it changed last: this event.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
