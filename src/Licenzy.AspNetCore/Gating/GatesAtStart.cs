using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.AspNetCore.Gating;

/// <summary>Refuses to start an application whose gates would stay open, or could never open.</summary>
internal sealed class GatesAtStart : IStartupFilter
{
    // After the rest of the pipeline is built, since only then all endpoints are known, and before the server listens.
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        RequireParts(app.ApplicationServices);
        RequireClosed(app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints ?? []);
    };

    private static void RequireParts(IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(ILicenzyClient)) == false)
            throw new InvalidOperationException("Licenzy gating has nobody to ask. Call builder.Services.AddLicenzyClient() beside AddLicenzyGating().");

        using var scope = services.CreateScope();
        var provider = scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>();
        if (provider.GetPolicyAsync(EntitlementPolicy.NameOf([])).GetAwaiter().GetResult() is null)
        {
            throw new InvalidOperationException(
                $"{provider.GetType()} was registered as IAuthorizationPolicyProvider after Licenzy gating and hides it. Call builder.Services.AddLicenzyGating() after it.");
        }
    }

    private static void RequireClosed(IReadOnlyList<Endpoint> endpoints)
    {
        var open = endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<RequireEntitlementAttribute>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => $"'{endpoint.DisplayName}'")
            .ToList();
        if (open.Count > 0)
        {
            throw new InvalidOperationException(
                $"Endpoint {string.Join(", ", open)} requires an entitlement and allows anonymous callers, which would open it to everybody. " +
                "Remove [AllowAnonymous] or AllowAnonymous() from it, its class or its group, or remove the requirement.");
        }
    }
}
