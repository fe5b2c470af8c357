using System.Reflection;
using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Which deliveries are asked for; all of them where nothing is named.</summary>
internal sealed record DeliveryFilter : IBindableFromHttpContext<DeliveryFilter>
{
    public string? Status { get; init; }

    public string? Type { get; init; }

    public string? SubjectRef { get; init; }

    public long? Since { get; init; }

    public long? Until { get; init; }

    /// <summary>Whether tests are left out: what somebody tried an endpoint with tells nobody anything later.</summary>
    public bool IsWithoutTests { get; init; }

    /// <summary>The conditions it makes, one for each member that is named, so that an index can serve them.</summary>
    public string Where => string.Concat(
        Status is null ? "" : " and status = @Status",
        Type is null ? "" : " and type = @Type",
        SubjectRef is null ? "" : " and subject_ref = @SubjectRef",
        Since is null ? "" : " and created_at >= @Since",
        Until is null ? "" : " and created_at < @Until",
        IsWithoutTests ? $" and type <> '{WebhookEventTypes.EndpointTest}'" : "");

    public static ValueTask<DeliveryFilter?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var filter = new DeliveryFilter
        {
            Status = QueryValue.Text(context, "status"),
            Type = QueryValue.Text(context, "type"),
            SubjectRef = Hosting.SubjectRef.IsQueried(context) ? Hosting.SubjectRef.Of(context).Value : null,
            Since = Instant.Millis(QueryValue.Time(context, "since")),
            Until = Instant.Millis(QueryValue.Time(context, "until")),
        };
        new FieldErrors()
            .Require(filter.Status is null || Words.Find<DeliveryStatus>(filter.Status) is not null, "status", $"must be one of: {Words.List<DeliveryStatus>()}.")
            .KnownType(filter.Type)
            .ThrowIfAny();
        return ValueTask.FromResult<DeliveryFilter?>(filter);
    }
}

/// <summary>What several routes ask of a type.</summary>
internal static class EventTypeErrors
{
    public static FieldErrors KnownType(this FieldErrors errors, string? type) =>
        errors.Require(type is null || WebhookEventTypes.All.Contains(type), "type", $"must be one of: {string.Join(", ", WebhookEventTypes.All)}.");
}
