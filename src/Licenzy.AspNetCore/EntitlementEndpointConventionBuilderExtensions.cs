using Licenzy.AspNetCore;
using Licenzy.AspNetCore.Gating;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Gates for endpoints, groups, hubs and pages.</summary>
public static class EntitlementEndpointConventionBuilderExtensions
{
    /// <summary>Opens the endpoint to subjects with a usable right; the same as <see cref="RequireEntitlementAttribute"/>.</summary>
    /// <param name="builder">An endpoint, a group, a hub, controllers or pages.</param>
    /// <param name="anyOf">Product or feature codes of which one is needed; none for any usable right. Call it again to need several.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder RequireEntitlement<TBuilder>(this TBuilder builder, params string[] anyOf)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var gate = new RequireEntitlementAttribute(anyOf);
        builder.Add(endpoint =>
        {
            if (endpoint.ApplicationServices.GetService<IServiceProviderIsService>()?.IsService(typeof(EntitlementGate)) == false)
                throw new InvalidOperationException("Licenzy gating is not registered. Call builder.Services.AddLicenzyGating() before builder.Build().");
            endpoint.Metadata.Add(gate);
        });
        return builder;
    }
}
