using Licenzy.AspNetCore;
using Licenzy.AspNetCore.Registration;
using Licenzy.AspNetCore.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what <c>app.MapLicenzyWebhooks()</c> needs.</summary>
public static class LicenzyWebhooksServiceCollectionExtensions
{
    /// <summary>Takes Licenzy's webhooks, with the secret from the configuration's section <c>Licenzy:Webhooks</c> unless it is set here; checked when the application starts.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Runs after the configuration was read.</param>
    /// <returns>A builder that says what is done about events.</returns>
    public static LicenzyWebhooksBuilder AddLicenzyWebhooks(this IServiceCollection services, Action<LicenzyWebhookOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<LicenzyWebhookOptions>().BindConfiguration(WebhookOptionsRules.Section).Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LicenzyWebhookOptions>, WebhookOptionsRules>());
        services.TryAddSingleton(static _ => new HandledWebhooks());
        services.TryAddSingleton(static provider => new WebhookReceiver(
            provider.GetRequiredService<IOptionsMonitor<LicenzyWebhookOptions>>(),
            provider.GetServices<WebhookSubscription>(),
            provider.GetRequiredService<HandledWebhooks>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<WebhookReceiver>>()));
        return new LicenzyWebhooksBuilder(services);
    }
}
