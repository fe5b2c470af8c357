using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.AspNetCore.Registration;

internal static class Decoration
{
    private const string InnerKey = "Licenzy.Inner";

    /// <summary>Puts a service around the registered one, which moves under a key and so keeps its lifetime and its disposal.</summary>
    public static void Decorate<TService>(this IServiceCollection services, Func<IServiceProvider, TService, TService> wrap)
        where TService : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(TService) && !service.IsKeyedService);
        services.Add(inner switch
        {
            { ImplementationInstance: { } instance } => new ServiceDescriptor(typeof(TService), InnerKey, instance),
            { ImplementationFactory: { } factory } => new ServiceDescriptor(typeof(TService), InnerKey, (provider, _) => factory(provider), inner.Lifetime),
            _ => new ServiceDescriptor(typeof(TService), InnerKey, inner.ImplementationType!, inner.Lifetime),
        });
        services[services.IndexOf(inner)] = ServiceDescriptor.Describe(
            typeof(TService), provider => wrap(provider, provider.GetRequiredKeyedService<TService>(InnerKey)), inner.Lifetime);
    }
}
