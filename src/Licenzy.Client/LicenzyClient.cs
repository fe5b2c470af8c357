using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Json;
using Licenzy.Registration;
using Licenzy.Resilience;
using Licenzy.Transport;
using Licenzy.Usage;

namespace Licenzy;

/// <summary>The runtime API over HTTP. One instance serves a whole application; register it with <c>services.AddLicenzyClient()</c>.</summary>
public sealed class LicenzyClient : ILicenzyClient, IDisposable
{
    private static readonly LicenzyJson Json = Wire.Json;
    private readonly LicenzyTransport _transport;
    private readonly TimeProvider _clock;

    internal LicenzyClient(LicenzyTransport transport, TimeProvider clock) => (_transport, _clock) = (transport, clock);

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
    public async Task<AccessDecision> CheckAccessAsync(string subjectRef, CancellationToken cancellationToken = default)
    {
        SubjectRoute.Require(subjectRef);
        var sentAt = _clock.GetUtcNow();
        var call = LicenzyRequest.Post("/v1/access/check", new CheckAccessRequest { SubjectRef = subjectRef }, Json.CheckAccessRequest).AsRead();
        return (await _transport.AskAsync(call, Json.CheckAccessResponse, cancellationToken).ConfigureAwait(false)).ToDecision(sentAt);
    }

    /// <inheritdoc/>
    public Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get(SubjectRoute.Read("/v1/customer/access", subjectRef)),
            Json.CustomerAccessResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ConsumeUsageResponse> ConsumeUsageAsync(ConsumeUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/v1/usage/consume", request, Json.ConsumeUsageRequest).Once(idempotencyKey),
            Json.ConsumeUsageResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<CheckoutSessionResponse> CreateCheckoutAsync(CreateCheckoutRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/v1/checkout/session", request, Json.CreateCheckoutRequest).Once(idempotencyKey),
            Json.CheckoutSessionResponse, cancellationToken);

    /// <summary>Closes the connections. A client from a service provider is disposed with it.</summary>
    public void Dispose() => _transport.Dispose();
}
