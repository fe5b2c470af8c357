using Licenzy.Portal;
using Licenzy.Transport;

namespace Licenzy;

/// <content>What Stripe sent, and what others are told.</content>
public sealed partial class LicenzyPortalClient
{
    /// <inheritdoc/>
    public ILicenzyWebhooks Webhooks(string mode) => new LicenzyWebhooks(_transport, "/portal", mode ?? throw new ArgumentNullException(nameof(mode)));

    /// <inheritdoc/>
    public Task<Page<StripeEventResponse>> ListStripeEventsAsync(
        string mode, string? status = null, string? type = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get("/portal/stripe/events" + Query(("mode", mode), ("status", status), ("type", type), ("limit", Text(limit)), ("cursor", cursor))),
            Json.PageStripeEventResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<StripeEventResponse> GetStripeEventAsync(string eventId, string mode, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get(IdRoute.Of("/portal/stripe/events", eventId) + Query(("mode", mode))), Json.StripeEventResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<StripeEventResponse> ReplayStripeEventAsync(string eventId, string mode, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(IdRoute.Of("/portal/stripe/events", eventId, "/replay" + Query(("mode", mode)))).Once(null), Json.StripeEventResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<StripeEventResponse> LinkStripeEventAsync(
        string eventId, string mode, LinkStripeEventRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(IdRoute.Of("/portal/stripe/events", eventId, "/link" + Query(("mode", mode))), request, Json.LinkStripeEventRequest).Once(null),
            Json.StripeEventResponse, cancellationToken);
}
