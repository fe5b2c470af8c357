using Licenzy.Json;
using Licenzy.Portal;
using Licenzy.Registration;
using Licenzy.Resilience;
using Licenzy.Transport;

namespace Licenzy;

/// <summary>The portal API over HTTP with an admin key; register it with <c>services.AddLicenzyPortalClient()</c>.</summary>
public sealed partial class LicenzyPortalClient : ILicenzyPortalClient, IDisposable
{
    private static readonly LicenzyJson Json = Wire.Json;
    private readonly LicenzyTransport _transport;

    internal LicenzyPortalClient(LicenzyTransport transport) => _transport = transport;

    /// <summary>A client without dependency injection, for scripts and tools; dispose it when done.</summary>
    /// <param name="options">Address and key; checked here.</param>
    /// <param name="clock">The system's clock where absent.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is missing or out of range; the message names it.</exception>
    public static LicenzyPortalClient Create(LicenzyPortalClientOptions options, TimeProvider? clock = null)
    {
        new PortalOptionsRules().ThrowIfRefused(options ?? throw new ArgumentNullException(nameof(options)));
        clock ??= TimeProvider.System;
        return new LicenzyPortalClient(new LicenzyTransport(OwnedHttpClient.For(options, clock), new Credential(options.BaseAddress!, options.AdminKey!, options.Workspace), clock));
    }

    /// <inheritdoc/>
    public Task<PortalContextResponse> GetContextAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/me"), Json.PortalContextResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ProductResponse>> ListProductsAsync(string mode, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get("/portal/products" + Query(("mode", mode), ("limit", Text(limit)), ("cursor", cursor))),
            Json.PageProductResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ProductResponse> CreateProductAsync(CreateProductRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/portal/products", request, Json.CreateProductRequest).Once(null),
            Json.ProductResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ProductResponse> ReplaceProductAsync(string productCode, ReplaceProductRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Put(IdRoute.Of("/portal/products", productCode), request, Json.ReplaceProductRequest), Json.ProductResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ProductResponse> ChangeProductAsync(string productId, PatchProductRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Patch(IdRoute.Of("/portal/products", productId), request, Json.PatchProductRequest), Json.ProductResponse, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteProductAsync(string productId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Delete(IdRoute.Of("/portal/products", productId)), cancellationToken);

    /// <inheritdoc/>
    public Task<StripeConnectionsResponse> GetStripeConnectionsAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/stripe/connection"), Json.StripeConnectionsResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<StripeConnectionResponse> ConnectStripeAsync(ConnectStripeRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Put("/portal/stripe/connection", request, Json.ConnectStripeRequest),
            Json.StripeConnectionResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<ApiKeyResponse>> ListApiKeysAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get("/portal/api-keys" + Query(("limit", Text(limit)), ("cursor", cursor))),
            Json.PageApiKeyResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKeyCreatedResponse> CreateApiKeyAsync(CreateApiKeyRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post("/portal/api-keys", request, Json.CreateApiKeyRequest).Once(null),
            Json.ApiKeyCreatedResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKeyResponse> RevokeApiKeyAsync(string keyId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post(IdRoute.Of("/portal/api-keys", keyId, "/revoke")).Once(null), Json.ApiKeyResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKeyCreatedResponse> RotateApiKeyAsync(string keyId, RotateApiKeyRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post(IdRoute.Of("/portal/api-keys", keyId, "/rotate"), request, Json.RotateApiKeyRequest).Once(null), Json.ApiKeyCreatedResponse, cancellationToken);

    /// <summary>Closes the connections. A client from a service provider is disposed with it.</summary>
    public void Dispose() => _transport.Dispose();

    private static string? Text(int? number) => QueryText.Number(number);

    private static string Query(params (string Name, string? Value)[] parameters) => QueryText.Of(parameters);
}
