using System.Diagnostics.CodeAnalysis;
using Licenzy.AspNetCore.Webhooks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The endpoint that Licenzy's webhooks are sent to.</summary>
public static class LicenzyWebhooksEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Takes Licenzy's webhooks: verifies each over its raw bytes, drops what was handled already, and hands the event to the handlers of <c>AddLicenzyWebhooks()</c>.
    /// </summary>
    /// <remarks>
    /// The signature is the only credential, so the endpoint is open to callers who are not signed in and asks for no antiforgery token, whatever else the application asks for.
    /// 204 once every handler returned, 400 for what is not genuine, and 500 where a handler threw, after which Licenzy sends the event again.
    /// </remarks>
    /// <param name="endpoints">The application, or a group.</param>
    /// <param name="pattern">The path below it, as saved with <c>PUT /v1/webhooks/endpoint</c>.</param>
    public static IEndpointConventionBuilder MapLicenzyWebhooks(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/licenzy/webhooks")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<WebhookReceiver>() is not { } receiver)
            throw new InvalidOperationException("Licenzy webhooks are not registered. Call builder.Services.AddLicenzyWebhooks() before builder.Build().");
        return endpoints.MapPost(pattern, receiver.ReceiveAsync).AllowAnonymous().DisableAntiforgery().WithMetadata(new ExcludeFromDescriptionAttribute());
    }
}
