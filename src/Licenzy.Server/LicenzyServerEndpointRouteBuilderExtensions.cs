using Licenzy.Server.Access;
using Licenzy.Server.Checkout;
using Licenzy.Server.Hosting;
using Licenzy.Server.Portal;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Licenzy server's routes.</summary>
public static class LicenzyServerEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>/v1</c>, <c>/portal</c> and the health routes. They need no middleware of the application's pipeline.</summary>
    /// <returns>The group of all routes, for further conventions such as a host filter.</returns>
    public static IEndpointConventionBuilder MapLicenzy(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<Credentials>() is null)
        {
            throw new InvalidOperationException("Licenzy is not registered. Call builder.Services.AddLicenzyServer() before app.MapLicenzy().");
        }

        var all = endpoints.MapGroup("");
        MapRuntime(all.MapGroup("/v1").Framed(CredentialsRule.RuntimeKey).WithTags("Runtime").RefusingAlso(400, 401, 403, 413, 415, 503));
        MapStripe(all.MapGroup("/v1").Framed(CredentialsRule.StripeSignature).WithTags("Stripe").RefusingAlso(400, 413, 503));
        MapPortal(all.MapGroup("/portal").Framed(CredentialsRule.Portal).WithTags("Portal").RefusingAlso(400, 401, 403, 413, 415, 503));
        SessionEndpoints.MapSignIn(all.MapGroup("/portal").Framed(CredentialsRule.None).WithTags("Portal").RefusingAlso(400, 403, 413, 415, 503));
        ReturnPages.Map(all.MapGroup("").Framed(CredentialsRule.None).WithTags("Checkout"));
        all.MapGroup("").Framed(CredentialsRule.None).WithTags("Operation").MapHealth();
        all.MapGroup("/v1").Framed(CredentialsRule.None).MapUnknown();
        all.MapGroup("/portal").Framed(CredentialsRule.None).MapUnknown();
        return all;
    }

    /// <summary>Maps the API's OpenAPI document at <c>/openapi/v1.json</c>; see <c>AddLicenzyOpenApi</c>.</summary>
    public static IEndpointConventionBuilder MapLicenzyOpenApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapOpenApi("/openapi/{documentName}.json");

    private static void MapRuntime(RouteGroupBuilder v1)
    {
        v1.MapAccess();
        CheckoutEndpoints.Map(v1);
        UsageEndpoints.Map(v1);
    }

    private static void MapStripe(RouteGroupBuilder v1) => StripeWebhookEndpoints.Map(v1);

    private static void MapPortal(RouteGroupBuilder portal)
    {
        ContextEndpoints.Map(portal);
        SessionEndpoints.MapSignOut(portal);
        WorkspaceEndpoints.Map(portal);
        OperatorEndpoints.Map(portal);
        PasswordEndpoints.Map(portal);
        AdminKeyEndpoints.Map(portal);
        StripeConnectionEndpoints.Map(portal);
        ApiKeyEndpoints.Map(portal);
        ProductEndpoints.Map(portal);
        GrantEndpoints.Map(portal);
    }
}
