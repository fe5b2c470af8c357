using System.Text.Json;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Deliveries as the API shows them.</summary>
internal static class DeliveryMapping
{
    public static WebhookDeliveryResponse ToResponse(this DeliveryRow row) => new()
    {
        Id = row.Id,
        EventId = row.EventId,
        Type = row.Type,
        Status = row.Status,
        Attempts = row.Attempts,
        LastHttpStatus = row.LastHttpStatus,
        LastError = row.LastError,
        NextAttemptAt = Instant.Of(row.NextAttemptAt),
        CreatedAt = Instant.Of(row.CreatedAt),
        SentAt = Instant.Of(row.SentAt),
        ResendOf = row.ResendOf,
    };

    public static WebhookDeliveryAttempt ToResponse(this AttemptListed row) => new()
    {
        At = Instant.Of(row.At),
        HttpStatus = row.HttpStatus,
        Error = row.Error,
        DurationMs = row.DurationMs,
    };

    public static JsonElement Payload(byte[] sent)
    {
        using var document = JsonDocument.Parse(sent);
        return document.RootElement.Clone();
    }
}
