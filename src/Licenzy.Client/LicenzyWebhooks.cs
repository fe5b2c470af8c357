using System.Globalization;
using Licenzy.Json;
using Licenzy.Transport;
using Licenzy.Webhooks;

namespace Licenzy;

/// <summary>The webhook routes of one door: <c>/v1</c>, where the key says the mode, or <c>/portal</c>, where <c>?mode=</c> does.</summary>
internal sealed class LicenzyWebhooks(LicenzyTransport transport, string door, string? mode) : ILicenzyWebhooks
{
    private static readonly LicenzyJson Json = Wire.Json;
    private readonly string _endpoint = door + "/webhooks/endpoint";
    private readonly string _outbound = door + "/webhooks/outbound";

    public Task<WebhookEndpointResponse> GetEndpointAsync(CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Get(InMode(_endpoint)), Json.WebhookEndpointResponse, cancellationToken);

    // By POST, which is the same: its key gives the secret again where the first answer was lost.
    public Task<WebhookEndpointResponse> SetEndpointAsync(SetWebhookEndpointRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            LicenzyRequest.Post(InMode(_endpoint), request, Json.SetWebhookEndpointRequest).Once(idempotencyKey), Json.WebhookEndpointResponse, cancellationToken);

    public Task DeleteEndpointAsync(CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Delete(InMode(_endpoint)), cancellationToken);

    public Task<WebhookEndpointResponse> RotateSecretAsync(RotateWebhookSecretRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            LicenzyRequest.Post(InMode(_endpoint + "/rotate-secret"), request, Json.RotateWebhookSecretRequest).Once(idempotencyKey),
            Json.WebhookEndpointResponse, cancellationToken);

    public Task<WebhookDeliveryResponse> SendTestAsync(CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Post(InMode(_endpoint + "/test")).Once(null), Json.WebhookDeliveryResponse, cancellationToken);

    public Task<Page<WebhookDeliveryResponse>> ListDeliveriesAsync(WebhookDeliveryQuery? query = null, CancellationToken cancellationToken = default)
    {
        if (query?.SubjectRef is { } subject)
            SubjectRoute.Require(subject);
        return transport.SendAsync(
            LicenzyRequest.Get(QueryText.Append(
                InMode(_outbound), ("status", query?.Status), ("type", query?.Type), ("subject_ref", query?.SubjectRef), ("since", Time(query?.Since)),
                ("until", Time(query?.Until)), ("limit", QueryText.Number(query?.Limit)), ("cursor", query?.Cursor))),
            Json.PageWebhookDeliveryResponse, cancellationToken);
    }

    public Task<WebhookDeliveryResponse> GetDeliveryAsync(string deliveryId, CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Get(InMode(IdRoute.Of(_outbound, deliveryId))), Json.WebhookDeliveryResponse, cancellationToken);

    public Task<WebhookDeliveryResponse> RequeueAsync(string deliveryId, CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Post(InMode(IdRoute.Of(_outbound, deliveryId, "/requeue"))).Once(null), Json.WebhookDeliveryResponse, cancellationToken);

    public Task<WebhookDeliveryResponse> ResendAsync(string deliveryId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(LicenzyRequest.Post(InMode(IdRoute.Of(_outbound, deliveryId, "/resend"))).Once(idempotencyKey), Json.WebhookDeliveryResponse, cancellationToken);

    public Task<RequeueDeadWebhooksResponse> RequeueDeadAsync(RequeueDeadWebhooksRequest request, CancellationToken cancellationToken = default) =>
        transport.SendAsync(
            LicenzyRequest.Post(InMode(_outbound + "/requeue-dead"), request, Json.RequeueDeadWebhooksRequest).Once(null), Json.RequeueDeadWebhooksResponse, cancellationToken);

    private string InMode(string route) => QueryText.Append(route, ("mode", mode));

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
