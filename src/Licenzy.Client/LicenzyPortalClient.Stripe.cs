using Licenzy.Portal;
using Licenzy.Transport;

namespace Licenzy;

/// <content>What is at Stripe and not here: missed events, differences, subscribers of before.</content>
public sealed partial class LicenzyPortalClient
{
    /// <inheritdoc/>
    public Task<CatchUpStripeResponse> CatchUpStripeAsync(string mode, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post("/portal/stripe/catch-up" + Query(("mode", mode))).Once(null), Json.CatchUpStripeResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ReconcileStripeResponse> ReconcileStripeAsync(string mode, ReconcileStripeRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/portal/stripe/reconcile" + Query(("mode", mode)), request, Json.ReconcileStripeRequest).Once(null),
            Json.ReconcileStripeResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ImportStripeResponse> ImportStripeAsync(string mode, ImportStripeRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/portal/stripe/import" + Query(("mode", mode)), request, Json.ImportStripeRequest).Once(null),
            Json.ImportStripeResponse, cancellationToken);
}
