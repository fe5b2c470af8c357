using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Hosting;

/// <summary>The API's reference for people: Swagger's page over our own document, served from here alone (SECURITY T21).</summary>
internal static class ApiReference
{
    // Nothing from elsewhere, no script but files from here, no frame around it. The hash is that of the one style the page puts into itself.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IEndpointConventionBuilder Map(RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => AnswerAsync(context, inner);
        });
        return group.MapSwaggerUI("/docs", page =>
        {
            page.DocumentTitle = "Licenzy API";
            // Relative, so that it is found under a path base too.
            page.SwaggerEndpoint($"../openapi/{ApiDocument.Name}.json", "Licenzy");
            page.EnableDeepLinking();
            page.DisplayOperationId();
            page.DefaultModelsExpandDepth(-1);
        }).ExcludeFromDescription();
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate inner)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            await Refusal.MethodNotAllowed(context, [HttpMethods.Get]).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.ContentSecurityPolicy = Policy;
        await inner(context).ConfigureAwait(false);
        if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false })
        {
            await Refusal.NotFound.ExecuteAsync(context).ConfigureAwait(false);
        }
    }
}
