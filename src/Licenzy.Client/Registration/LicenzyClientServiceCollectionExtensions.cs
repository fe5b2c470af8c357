using Licenzy;
using Licenzy.Registration;
using Licenzy.Transport;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers <see cref="ILicenzyClient"/>.</summary>
public static class LicenzyClientServiceCollectionExtensions
{
    private const string Kind = "Runtime";

    /// <summary>The client with its settings from the configuration's section <c>Licenzy</c>: <c>BaseAddress</c>, <c>ApiKey</c>, ….</summary>
    public static IHttpClientBuilder AddLicenzyClient(this IServiceCollection services)
    {
        services.AddOptions<LicenzyClientOptions>().BindConfiguration("Licenzy");
        return services.AddLicenzyClient(static _ => { });
    }

    /// <summary>The client with its settings given here; checked when the application starts.</summary>
    public static IHttpClientBuilder AddLicenzyClient(this IServiceCollection services, Action<LicenzyClientOptions> configure)
    {
        services.TryAddSingleton<ILicenzyClient>(static provider => Build(provider, Options.Options.DefaultName));
        return services.AddParts(Options.Options.DefaultName, configure);
    }

    /// <summary>One of several clients, such as one for each workspace: inject it with <c>[FromKeyedServices("name")]</c>.</summary>
    public static IHttpClientBuilder AddLicenzyClient(this IServiceCollection services, string name, Action<LicenzyClientOptions> configure)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A keyed client needs a name. Call AddLicenzyClient(configure) for the only one.", nameof(name));
        services.TryAddKeyedSingleton<ILicenzyClient>(name, static (provider, key) => Build(provider, (string)key!));
        return services.AddParts(name, configure);
    }

    private static IHttpClientBuilder AddParts(this IServiceCollection services, string name, Action<LicenzyClientOptions> configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LicenzyClientOptions>, ClientOptionsRules>());
        services.AddOptions<LicenzyClientOptions>(name).Configure(configure).ValidateOnStart();
        return services.AddConnection(Kind, name, OptionsOf);
    }

    private static LicenzyClient Build(IServiceProvider provider, string name)
    {
        var options = OptionsOf(provider, name);
        var credential = new Credential(options.BaseAddress!, options.ApiKey!);
        return new(ConnectionRegistration.TransportOf(provider, Kind, name, credential), ConnectionRegistration.ClockOf(provider));
    }

    private static LicenzyClientOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<LicenzyClientOptions>>().Get(name);
}
