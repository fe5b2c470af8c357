using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Endpoints between the wire and their row.</summary>
internal static class EndpointMapping
{
    public const string ByOperator = "operator";
    private const int LongestDescription = 500;

    /// <summary>What is wrong with a request; where its address leads is asked apart.</summary>
    public static void Check(SetWebhookEndpointRequest request)
    {
        var errors = new FieldErrors()
            .Text(request.Description, "description", LongestDescription);
        if (request.EventTypes is { } types)
        {
            errors.Require(types.Count > 0, "event_types", "must name at least one type; leave it out for all but usage.consumed.")
                .Require(types.Count <= WebhookEventTypes.All.Count, "event_types", "must name each type once.");
            for (var i = 0; i < Math.Min(types.Count, WebhookEventTypes.All.Count); i++)
            {
                errors.Require(WebhookEventTypes.All.Contains(types[i]), $"event_types[{i}]", $"must be one of: {string.Join(", ", WebhookEventTypes.All)}.")
                    .Require(!types.Take(i).Contains(types[i]), $"event_types[{i}]", "stands there twice.");
            }
        }

        errors.ThrowIfAny();
    }

    /// <summary>What a request makes of an endpoint, all but its secrets.</summary>
    public static EndpointRow With(this EndpointRow known, SetWebhookEndpointRequest request, DateTimeOffset now)
    {
        var asked = known with
        {
            Url = request.Url,
            EventTypes = request.EventTypes is { } types ? string.Join(' ', types) : null,
            Description = request.Description,
        };
        return (request.Enabled ?? true, known.DisabledAt) switch
        {
            // Whoever enables it says that it works again.
            (true, { }) => asked with { DisabledAt = null, DisabledReason = null, FailingSince = null },
            // Another address has not failed yet.
            (true, null) when asked.Url != known.Url => asked with { FailingSince = null },
            (false, null) => asked with { DisabledAt = Instant.Millis(now), DisabledReason = ByOperator },
            _ => asked,
        };
    }

    public static WebhookEndpointResponse ToResponse(this EndpointRow row, DateTimeOffset now, string? secret = null) => new()
    {
        Id = row.Id,
        Url = row.Url,
        EventTypes = row.Types,
        Description = row.Description,
        Enabled = row.DisabledAt is null,
        DisabledReason = row.DisabledReason,
        Secret = secret,
        SecretHint = row.SecretHint,
        PreviousSecretUntil = Instant.Of(row.PreviousSecretUntil) is { } until && now < until ? until : null,
        CreatedAt = Instant.Of(row.CreatedAt),
    };
}
