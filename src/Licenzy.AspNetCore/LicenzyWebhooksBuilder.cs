using Licenzy.AspNetCore.Webhooks;
using Licenzy.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Licenzy.AspNetCore;

/// <summary>Says what is done about events. Handlers run one after the other, in the order they were added; all run again when one of them throws.</summary>
public sealed class LicenzyWebhooksBuilder
{
    internal LicenzyWebhooksBuilder(IServiceCollection services) => Services = services;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Handles one type of event.</summary>
    /// <param name="type">One of <see cref="WebhookEventTypes"/>, or a type that came later. Events that nobody handles are acknowledged and forgotten.</param>
    /// <param name="handle">Gets the event, the delivery's own services, and a token that ends when Licenzy gives the delivery up; throws to get it again.</param>
    /// <returns>The same builder.</returns>
    public LicenzyWebhooksBuilder On(string type, Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handle)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        return Subscribe([type], handle);
    }

    /// <summary>Handles every event, whatever its type.</summary>
    /// <param name="handle">As at <see cref="On"/>.</param>
    /// <returns>The same builder.</returns>
    public LicenzyWebhooksBuilder OnAny(Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handle) => Subscribe([], handle);

    /// <summary>Handles events with a class of the application, registered here as scoped where it is not registered yet.</summary>
    /// <param name="types">The types of events it is for; none for every event.</param>
    /// <returns>The same builder.</returns>
    public LicenzyWebhooksBuilder AddHandler<THandler>(params string[] types)
        where THandler : class, ILicenzyWebhookHandler
    {
        ArgumentNullException.ThrowIfNull(types);
        foreach (var type in types)
            ArgumentException.ThrowIfNullOrWhiteSpace(type, nameof(types));
        Services.TryAddScoped<THandler>();
        return Subscribe(types, static (received, services, cancellationToken) => services.GetRequiredService<THandler>().HandleAsync(received, cancellationToken));
    }

    private LicenzyWebhooksBuilder Subscribe(string[] types, Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        Services.AddSingleton(new WebhookSubscription([.. types], handle));
        return this;
    }
}
