using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Licenzy.Testing;

/// <summary>Refuses to start a host with a client that the fake does not stand in for: its calls would fail one by one, and say less.</summary>
internal sealed class FakeAtStart(IServiceCollection services, IServiceProvider provider) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var real = services
            .Where(service => service.ServiceType == typeof(ILicenzyClient) && service.IsKeyedService && service.ServiceKey != KeyedService.AnyKey)
            .FirstOrDefault(service => provider.GetRequiredKeyedService<ILicenzyClient>(service.ServiceKey) is LicenzyClient);
        return real is null
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"The Licenzy client named '{real.ServiceKey}' was added after the fake and is a real one. "
                + $"Call services.AddFakeLicenzy() after AddLicenzyClient(\"{real.ServiceKey}\", …).");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
