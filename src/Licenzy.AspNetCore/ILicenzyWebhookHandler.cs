using Licenzy.Webhooks;

namespace Licenzy.AspNetCore;

/// <summary>Does what an application does about an event. Register it with <c>AddLicenzyWebhooks().AddHandler&lt;T&gt;()</c>; it is made anew for each delivery.</summary>
public interface ILicenzyWebhookHandler
{
    /// <summary>Handles an event that is genuine. When it returns, Licenzy is told that the event has arrived; when it throws, Licenzy sends it again later.</summary>
    /// <param name="received">
    /// The event. It can come more than once, such as after a restart, and later than a newer one: <see cref="WebhookEventData.Sequence"/> tells which is newer.
    /// </param>
    /// <param name="cancellationToken">Ends when Licenzy gives the delivery up, after 15 seconds.</param>
    Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken);
}
