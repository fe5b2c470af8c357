using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Following;
using Licenzy.Json;
using Licenzy.Products;
using Licenzy.Registration;
using Licenzy.Resilience;
using Licenzy.Transport;
using Licenzy.Usage;

namespace Licenzy;

/// <summary>The runtime API over HTTP. One instance serves a whole application; register it with <c>services.AddLicenzyClient()</c>.</summary>
public sealed partial class LicenzyClient : ILicenzyClient, IDisposable
{
    private static readonly LicenzyJson Json = Wire.Json;
    private readonly LicenzyTransport _transport;
    private readonly TimeProvider _clock;

    internal LicenzyClient(LicenzyTransport transport, TimeProvider clock) => (_transport, _clock) = (transport, clock);

    /// <inheritdoc/>
    public ILicenzyWebhooks Webhooks => new LicenzyWebhooks(_transport, "/v1", mode: null);

    /// <summary>A client without dependency injection, for scripts and tools; dispose it when done.</summary>
    /// <param name="options">Address and key; checked here.</param>
    /// <param name="clock">The system's clock where absent.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is missing or out of range; the message names it.</exception>
    public static LicenzyClient Create(LicenzyClientOptions options, TimeProvider? clock = null)
    {
        new ClientOptionsRules().ThrowIfRefused(options ?? throw new ArgumentNullException(nameof(options)));
        clock ??= TimeProvider.System;
        return new LicenzyClient(new LicenzyTransport(OwnedHttpClient.For(options, clock), new Credential(options.BaseAddress!, options.ApiKey!), clock), clock);
    }

    /// <inheritdoc/>
    public Task<AccessDecision> CheckAccessAsync(string subjectRef, CancellationToken cancellationToken = default) => CheckAccessAsync(subjectRef, 0, cancellationToken);

    /// <inheritdoc/>
    public async Task<AccessDecision> CheckAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default)
    {
        SubjectRoute.Require(subjectRef);
        var sentAt = _clock.GetUtcNow();
        var call = LicenzyRequest.Post("/v1/access/check", new CheckAccessRequest { SubjectRef = subjectRef }, Json.CheckAccessRequest).AsRead().AtLeast(minVersion);
        return (await _transport.AskAsync(call, Json.CheckAccessResponse, cancellationToken).ConfigureAwait(false)).ToDecision(sentAt);
    }

    /// <inheritdoc/>
    public Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, CancellationToken cancellationToken = default) =>
        GetCustomerAccessAsync(subjectRef, 0, cancellationToken);

    /// <inheritdoc/>
    public Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get(SubjectRoute.Read("/v1/customer/access", subjectRef)).AtLeast(minVersion),
            Json.CustomerAccessResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<SubjectEntitlementsResponse> GetEntitlementsAsync(
        string subjectRef, string? status = null, int? limit = null, string? cursor = null, long minVersion = 0, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get(QueryText.Append(
                SubjectRoute.Read("/v1/entitlements", subjectRef), ("status", status), ("limit", QueryText.Number(limit)), ("cursor", cursor))).AtLeast(minVersion),
            Json.SubjectEntitlementsResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ProductOffer>> GetProductsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get(QueryText.Append("/v1/products", ("limit", QueryText.Number(limit)), ("cursor", cursor))),
            Json.PageProductOffer, cancellationToken);

    /// <inheritdoc/>
    public Task<ConsumeUsageResponse> ConsumeUsageAsync(ConsumeUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        SubjectRoute.Require((request ?? throw new ArgumentNullException(nameof(request))).SubjectRef);
        return _transport.SendAsync(
            LicenzyRequest.Post("/v1/usage/consume", request, Json.ConsumeUsageRequest).Once(idempotencyKey),
            Json.ConsumeUsageResponse, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CheckoutSessionResponse> CreateCheckoutAsync(CreateCheckoutRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        SubjectRoute.Require((request ?? throw new ArgumentNullException(nameof(request))).SubjectRef);
        return _transport.SendAsync(
            LicenzyRequest.Post("/v1/checkout/session", request, Json.CreateCheckoutRequest).Once(idempotencyKey),
            Json.CheckoutSessionResponse, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CheckoutAttemptResponse> GetCheckoutAsync(string attemptId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get(IdRoute.Of("/v1/checkout/session", attemptId)), Json.CheckoutAttemptResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<BillingPortalSessionResponse> CreateBillingPortalSessionAsync(
        CreateBillingPortalSessionRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/v1/billing-portal/session", request, Json.CreateBillingPortalSessionRequest).Once(idempotencyKey),
            Json.BillingPortalSessionResponse, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<SubjectChange> FollowChangesAsync(string? lastEventId = null, CancellationToken cancellationToken = default) =>
        new ChangeFeed(_transport, _clock).FollowAsync(FeedPosition.Require(lastEventId), cancellationToken);

    /// <summary>Closes the connections. A client from a service provider is disposed with it.</summary>
    public void Dispose() => _transport.Dispose();
}
