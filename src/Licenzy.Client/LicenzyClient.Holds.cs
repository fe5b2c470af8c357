using Licenzy.Transport;
using Licenzy.Usage;

namespace Licenzy;

/// <content>Units set aside, and consumptions taken back.</content>
public sealed partial class LicenzyClient
{
    private const string Holds = "/v1/usage/hold";

    /// <inheritdoc/>
    public Task<HoldUsageResponse> HoldUsageAsync(HoldUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        SubjectRoute.Require((request ?? throw new ArgumentNullException(nameof(request))).SubjectRef);
        return _transport.SendAsync(LicenzyRequest.Post(Holds, request, Json.HoldUsageRequest).Once(idempotencyKey), Json.HoldUsageResponse, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ConsumeUsageResponse> CommitHoldAsync(string holdId, long? units = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(IdRoute.Of(Holds, holdId, "/commit"), new CommitHoldRequest { Units = units }, Json.CommitHoldRequest).Once(idempotencyKey),
            Json.ConsumeUsageResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ReleaseHoldResponse> ReleaseHoldAsync(string holdId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post(IdRoute.Of(Holds, holdId, "/release")).Once(idempotencyKey), Json.ReleaseHoldResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ReverseUsageResponse> ReverseUsageAsync(ReverseUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/v1/usage/reverse", request ?? throw new ArgumentNullException(nameof(request)), Json.ReverseUsageRequest).Once(idempotencyKey),
            Json.ReverseUsageResponse, cancellationToken);
}
