using Licenzy.Server.Access;
using Licenzy.Server.Accounts;
using Licenzy.Server.Changes;
using Licenzy.Server.Checkout;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Portal;
using Licenzy.Server.Products;
using Licenzy.Server.Stripe;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Time;
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
        RequireRegistered(endpoints, "app.MapLicenzy()");
        var all = endpoints.MapGroup("");
        MapRuntime(all.MapGroup("/v1").Admitting(CredentialsRule.RuntimeKey).WithTags("Runtime").RefusingAlso(400, 401, 403, 413, 415, 503));
        MapStripe(all.MapGroup("/v1").Admitting(CredentialsRule.StripeSignature).WithTags("Stripe").RefusingAlso(400, 413, 503));
        MapPortal(all.MapGroup("/portal").Admitting(CredentialsRule.Portal).WithTags("Portal").RefusingAlso(400, 401, 403, 413, 415, 503));
        SessionEndpoints.MapSignIn(all.MapGroup("/portal").Admitting(CredentialsRule.None).WithTags("Portal").RefusingAlso(400, 403, 413, 415, 503));
        ReturnPages.Map(all.MapGroup("").Admitting(CredentialsRule.None).WithTags("Checkout"));
        all.MapGroup("").Admitting(CredentialsRule.None).WithTags("Operation").MapHealth();
        all.MapGroup("/v1").Admitting(CredentialsRule.None).MapUnknown();
        all.MapGroup("/portal").Admitting(CredentialsRule.None).MapUnknown();
        return all;
    }

    /// <summary>Maps the API's OpenAPI document at <c>/openapi/v1.json</c>; see <c>AddLicenzyOpenApi</c>.</summary>
    public static IEndpointConventionBuilder MapLicenzyOpenApi(this IEndpointRouteBuilder endpoints)
    {
        RequireRegistered(endpoints, "app.MapLicenzyOpenApi()");
        return endpoints.MapGroup("").Admitting(CredentialsRule.None).MapOpenApi($"/openapi/{ApiDocument.Name}.json");
    }

    /// <summary>Maps the API's reference at <c>/docs</c>, for people: a page over <c>MapLicenzyOpenApi</c>'s document that loads nothing from elsewhere.</summary>
    public static IEndpointConventionBuilder MapLicenzyDocs(this IEndpointRouteBuilder endpoints)
    {
        RequireRegistered(endpoints, "app.MapLicenzyDocs()");
        return ApiReference.Map(endpoints.MapGroup("").Admitting(CredentialsRule.None));
    }

    /// <summary>
    /// Answers what no other route takes, as <c>/v1</c> and <c>/portal</c> do with or without it: 404, or 405 with <c>Allow</c>, as problem details; and
    /// says at <c>/</c> what runs here. For a host that is Licenzy's alone.
    /// </summary>
    public static IEndpointConventionBuilder MapLicenzyFallback(this IEndpointRouteBuilder endpoints)
    {
        RequireRegistered(endpoints, "app.MapLicenzyFallback()");
        var rest = endpoints.MapGroup("").Admitting(CredentialsRule.None);
        rest.MapGet("/", () => Results.Text("Licenzy is running. The API is described at /docs and /openapi/v1.json, its health at /healthz and /readyz.\n")).ExcludeFromDescription();
        return rest.MapUnknown();
    }

    /// <summary>
    /// Maps <c>/metrics</c> in Prometheus' text format: for callers on this machine, and for an admin key from anywhere else. Without it the meter
    /// <c>Licenzy</c> is there all the same, for exporters of the application's own.
    /// </summary>
    public static IEndpointConventionBuilder MapLicenzyMetrics(this IEndpointRouteBuilder endpoints)
    {
        RequireRegistered(endpoints, "app.MapLicenzyMetrics()");
        // From now on, so that the first scrape tells what came before it.
        endpoints.ServiceProvider.GetRequiredService<MetricsCollector>();
        return MetricsEndpoint.Map(endpoints.MapGroup("").Admitting(CredentialsRule.LocalOrAdminKey).WithTags("Operation").RefusingAlso(401, 403, 503));
    }

    // Asks whether it could be made, and makes nothing: mapping routes opens no database.
    private static void RequireRegistered(IEndpointRouteBuilder endpoints, string call)
    {
        if (!endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(Credentials)))
        {
            throw new InvalidOperationException($"Licenzy is not registered. Call builder.Services.AddLicenzyServer() before {call}.");
        }
    }

    private static void MapRuntime(RouteGroupBuilder v1)
    {
        v1.MapAccess();
        EntitlementEndpoints.Map(v1);
        ProductOfferEndpoints.Map(v1);
        CheckoutEndpoints.Map(v1);
        CheckoutLookupEndpoints.Map(v1);
        BillingPortalEndpoints.Map(v1);
        UsageEndpoints.Map(v1);
        HoldEndpoints.Map(v1);
        ReverseEndpoints.Map(v1);
        ChangeEndpoints.Map(v1);
        WebhookEndpoints.Map(v1, _ => { });
        DeliveryEndpoints.Map(v1, _ => { });
    }

    private static void MapStripe(RouteGroupBuilder v1)
    {
        StripeWebhookEndpoints.Map(v1);
        OperatorBillingEndpoints.Map(v1);
    }

    private static void MapPortal(RouteGroupBuilder portal)
    {
        ContextEndpoints.Map(portal);
        SessionEndpoints.MapSignOut(portal);
        WorkspaceEndpoints.Map(portal);
        OperatorEndpoints.Map(portal);
        PasswordEndpoints.Map(portal);
        AdminKeyEndpoints.Map(portal);
        StripeConnectionEndpoints.Map(portal);
        StripeEventEndpoints.Map(portal);
        StripeSyncEndpoints.Map(portal);
        ApiKeyEndpoints.Map(portal);
        ProductEndpoints.Map(portal);
        CustomerEndpoints.Map(portal);
        GrantEndpoints.Map(portal);
        RevocationEndpoints.Map(portal);
        AdjustmentEndpoints.Map(portal);
        LedgerEndpoints.Map(portal);
        WebhookEndpoints.Map(portal, route => route.WithMode());
        DeliveryEndpoints.Map(portal, route => route.WithMode());
        TestClockEndpoints.Map(portal);
    }
}
