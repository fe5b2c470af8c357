using Licenzy;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a <see cref="FakeLicenzy"/> in the place of the client, for an application's own tests.</summary>
public static class FakeLicenzyServiceCollectionExtensions
{
    /// <summary>
    /// Makes every <see cref="ILicenzyClient"/> of the application a <see cref="FakeLicenzy"/>, named ones included, whether <c>AddLicenzyClient()</c>
    /// was called before or comes later; settings it would need are not asked for. A named client that is added later cannot be replaced: the host then
    /// refuses to start and says so.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="fake">
    /// The fake to ask; where absent a new one with the application's <see cref="TimeProvider"/>, to be had as <c>GetRequiredService&lt;FakeLicenzy&gt;()</c>.
    /// </param>
    public static IServiceCollection AddFakeLicenzy(this IServiceCollection services, FakeLicenzy? fake = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var known in services.Where(service => service.ServiceType == typeof(ILicenzyClient) || service.ServiceType == typeof(FakeLicenzy)).ToList())
        {
            services.Remove(known);
        }

        services.AddSingleton(provider => fake ?? new FakeLicenzy(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<ILicenzyClient>(static provider => provider.GetRequiredService<FakeLicenzy>());
        services.AddKeyedSingleton<ILicenzyClient>(KeyedService.AnyKey, static (provider, _) => provider.GetRequiredService<FakeLicenzy>());
        // Where a client is added too, its options are checked at the start: they must not need a real key, and must not hold one.
        services.PostConfigureAll<LicenzyClientOptions>(static options =>
            (options.BaseAddress, options.ApiKey) = (new Uri("http://127.0.0.1:9"), "lz_test_fake"));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FakeAtStart>(provider => new FakeAtStart(services, provider)));
        return services;
    }
}
