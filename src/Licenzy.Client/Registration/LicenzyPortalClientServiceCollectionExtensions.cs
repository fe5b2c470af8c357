using Licenzy;
using Licenzy.Registration;
using Licenzy.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ILicenzyPortalClient"/>.</summary>
public static class LicenzyPortalClientServiceCollectionExtensions
{
    private const string Kind = "Portal";

    /// <summary>The client with its settings from the configuration's section <c>Licenzy</c>: <c>BaseAddress</c>, <c>AdminKey</c>, ….</summary>
    public static IHttpClientBuilder AddLicenzyPortalClient(this IServiceCollection services)
    {
        services.AddOptions<LicenzyPortalClientOptions>().BindConfiguration("Licenzy");
        return services.AddLicenzyPortalClient(static _ => { });
    }

    /// <summary>The client with its settings given here; checked when the application starts.</summary>
    public static IHttpClientBuilder AddLicenzyPortalClient(this IServiceCollection services, Action<LicenzyPortalClientOptions> configure)
    {
        services.TryAddSingleton<ILicenzyPortalClient>(static provider => Build(provider, Options.Options.DefaultName));
        return services.AddParts(Options.Options.DefaultName, configure);
    }

    /// <summary>One of several clients, such as one for each workspace: inject it with <c>[FromKeyedServices("name")]</c>.</summary>
    public static IHttpClientBuilder AddLicenzyPortalClient(this IServiceCollection services, string name, Action<LicenzyPortalClientOptions> configure)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A keyed client needs a name. Call AddLicenzyPortalClient(configure) for the only one.", nameof(name));
        services.TryAddKeyedSingleton<ILicenzyPortalClient>(name, static (provider, key) => Build(provider, (string)key!));
        return services.AddParts(name, configure);
    }

    private static IHttpClientBuilder AddParts(this IServiceCollection services, string name, Action<LicenzyPortalClientOptions> configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LicenzyPortalClientOptions>, PortalOptionsRules>());
        services.AddOptions<LicenzyPortalClientOptions>(name).Configure(configure).ValidateOnStart();
        return services.AddConnection(Kind, name, OptionsOf);
    }

    private static LicenzyPortalClient Build(IServiceProvider provider, string name)
    {
        var options = OptionsOf(provider, name);
        var credential = new Credential(options.BaseAddress!, options.AdminKey!, options.Workspace);
        return new(ConnectionRegistration.TransportOf(provider, Kind, name, credential));
    }

    private static LicenzyPortalClientOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<LicenzyPortalClientOptions>>().Get(name);
}
