using System.Reflection;
using Licenzy.Domain;
using Licenzy.Server.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Whose webhooks a request is about: the same routes are below <c>/v1</c>, where the key says it, and <c>/portal</c>, where <c>?mode=</c> does.</summary>
/// <param name="Scope">Workspace and mode.</param>
/// <param name="Actor">The key's or operator's id, for the audit log.</param>
/// <param name="Source">Which of the two doors they came in by, <c>runtime</c> or <c>portal</c>.</param>
internal sealed record WebhookCaller(Scope Scope, string Actor, string Source) : IBindableFromHttpContext<WebhookCaller>
{
    private const string Runtime = "runtime";
    private const string Portal = "portal";

    /// <summary>The address of the endpoint, as this caller reaches it.</summary>
    public string EndpointRoute => $"{(Source == Portal ? "/portal" : "/v1")}/webhooks/endpoint";

    public static async ValueTask<WebhookCaller?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.Features.Get<Caller>() is { } program)
            return new WebhookCaller(program.Scope, program.Actor, Runtime);
        var person = context.Features.GetRequiredFeature<PortalCaller>();
        var mode = await PortalMode.BindAsync(context, parameter).ConfigureAwait(false);
        return new WebhookCaller(person.In(mode!.Value), person.Actor, Portal);
    }
}
