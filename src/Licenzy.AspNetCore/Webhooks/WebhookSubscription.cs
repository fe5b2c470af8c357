using System.Collections.Immutable;
using Licenzy.Webhooks;

namespace Licenzy.AspNetCore.Webhooks;

/// <summary>What is done about some types of events, or about all where none is named.</summary>
internal sealed class WebhookSubscription(ImmutableArray<string> types, Func<WebhookEvent, IServiceProvider, CancellationToken, Task> handle)
{
    public bool IsFor(string type) => types.IsEmpty || types.Contains(type, StringComparer.Ordinal);

    public Task HandleAsync(WebhookEvent received, IServiceProvider services, CancellationToken cancellationToken) => handle(received, services, cancellationToken);
}
