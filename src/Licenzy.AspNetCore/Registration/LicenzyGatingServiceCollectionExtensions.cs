using Licenzy.AspNetCore;
using Licenzy.AspNetCore.Gating;
using Licenzy.AspNetCore.Registration;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what <see cref="RequireEntitlementAttribute"/> needs.</summary>
public static class LicenzyGatingServiceCollectionExtensions
{
    /// <summary>
    /// Makes <c>[RequireEntitlement]</c> and <c>.RequireEntitlement()</c> work, beside an <see cref="Licenzy.ILicenzyClient"/>. Call it after an own
    /// <see cref="IAuthorizationPolicyProvider"/> or <see cref="IAuthorizationMiddlewareResultHandler"/> is registered: it goes around them.
    /// </summary>
    public static IServiceCollection AddLicenzyGating(this IServiceCollection services, Action<LicenzyGatingOptions>? configure = null)
    {
        services.AddOptions<LicenzyGatingOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(EntitlementGate)))
            return services;

        services.AddAuthorization();
        services.AddHttpContextAccessor();
        services.TryAddTransient<ISubjectResolver, ClaimOrRequestSubject>();
        services.AddTransient<EntitlementGate>();
        services.AddTransient<IAuthorizationHandler, EntitlementHandler>();
        services.AddSingleton<IValidateOptions<LicenzyGatingOptions>, GatingOptionsRules>();
        services.AddSingleton<IStartupFilter, GatesAtStart>();
        services.Decorate<IAuthorizationPolicyProvider>(static (_, inner) => new EntitlementPolicyProvider(inner));
        services.Decorate<IAuthorizationMiddlewareResultHandler>(static (provider, inner) =>
            new EntitlementResultHandler(inner, provider.GetRequiredService<IOptions<LicenzyGatingOptions>>()));
        return services;
    }
}
