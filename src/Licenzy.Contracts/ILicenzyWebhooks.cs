using Licenzy.Webhooks;

namespace Licenzy;

/// <summary>
/// The routes below <c>/v1/webhooks</c>, or with an admin key <c>/portal/webhooks</c>: where a workspace is told of changes, and what became of each event. Every
/// method throws <see cref="LicenzyApiException"/> where the API refuses or cannot be reached.
/// </summary>
public interface ILicenzyWebhooks
{
    /// <summary><c>GET …/endpoint</c>: where events are sent; refused as <see cref="ErrorCodes.NotFound"/> where none is set.</summary>
    Task<WebhookEndpointResponse> GetEndpointAsync(CancellationToken cancellationToken = default);

    /// <summary><c>POST …/endpoint</c>: sets it, or replaces it but for its secret. The answer that makes it is the only one that shows the secret.</summary>
    /// <param name="request">Where events are sent, and which.</param>
    /// <param name="idempotencyKey">The same for every try; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<WebhookEndpointResponse> SetEndpointAsync(SetWebhookEndpointRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE …/endpoint</c>: nothing is sent any more, and what waits is dead.</summary>
    Task DeleteEndpointAsync(CancellationToken cancellationToken = default);

    /// <summary><c>POST …/endpoint/rotate-secret</c>: a new secret; its answer is the only one that shows it.</summary>
    /// <param name="request">How long the former one is used as well.</param>
    /// <param name="idempotencyKey">The same for every try; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<WebhookEndpointResponse> RotateSecretAsync(RotateWebhookSecretRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST …/endpoint/test</c>: sends an <see cref="WebhookEventTypes.EndpointTest"/>.</summary>
    /// <returns>Its delivery: ask <see cref="GetDeliveryAsync"/> what became of it.</returns>
    Task<WebhookDeliveryResponse> SendTestAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET …/outbound</c>: deliveries, newest first, page by page.</summary>
    Task<Page<WebhookDeliveryResponse>> ListDeliveriesAsync(WebhookDeliveryQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET …/outbound/{id}</c>: one delivery with what it sends and each try.</summary>
    Task<WebhookDeliveryResponse> GetDeliveryAsync(string deliveryId, CancellationToken cancellationToken = default);

    /// <summary><c>POST …/outbound/{id}/requeue</c>: the same delivery goes again from now, with all of its tries; only a failed or dead one.</summary>
    Task<WebhookDeliveryResponse> RequeueAsync(string deliveryId, CancellationToken cancellationToken = default);

    /// <summary><c>POST …/outbound/{id}/resend</c>: a new delivery of the same event, whatever became of the first.</summary>
    /// <param name="deliveryId">The delivery to repeat.</param>
    /// <param name="idempotencyKey">The same for every try of one resend; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<WebhookDeliveryResponse> ResendAsync(string deliveryId, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST …/outbound/requeue-dead</c>: lets dead deliveries go again, up to 1,000 a call.</summary>
    Task<RequeueDeadWebhooksResponse> RequeueDeadAsync(RequeueDeadWebhooksRequest request, CancellationToken cancellationToken = default);
}
