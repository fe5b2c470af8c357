using System.Text.Json.Nodes;
using Licenzy.Webhooks;
using Microsoft.OpenApi;

namespace Licenzy.Server.Hosting.Documents;

/// <summary>
/// Says which event types may be asked for. Answers stay open: more types may come, and a client that was made from the document must not fail on one.
/// </summary>
internal static class EventTypeNames
{
    public static void Describe(OpenApiSchema schema, Type shape)
    {
        if (shape == typeof(SetWebhookEndpointRequest) && schema.Properties?["event_types"] is OpenApiSchema { Items: OpenApiSchema items })
        {
            items.Enum = Names();
        }

        if (shape == typeof(RequeueDeadWebhooksRequest) && schema.Properties?["type"] is OpenApiSchema one)
        {
            // The type may be null, and an enum has to say so.
            one.Enum = [.. Names(), JsonNullSentinel.JsonNull];
        }
    }

    private static List<JsonNode> Names() => [.. WebhookEventTypes.All.Select(name => (JsonNode)JsonValue.Create(name)!)];
}
