using Licenzy.Access;
using Licenzy.Portal;

namespace Licenzy;

/// <summary>The portal API, <c>/portal</c>, with an admin key: set-up and support, for scripts and the command line.</summary>
public interface ILicenzyPortalClient
{
    /// <summary><c>GET /portal/me</c>: account, workspace and how the caller signed in.</summary>
    Task<PortalContextResponse> GetContextAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/products</c>: the mode's products, newest first.</summary>
    Task<Page<ProductResponse>> ListProductsAsync(string mode, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/products</c>: maps a Stripe price to a right.</summary>
    Task<ProductResponse> CreateProductAsync(CreateProductRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/stripe/connection</c>: both modes' connections.</summary>
    Task<StripeConnectionsResponse> GetStripeConnectionsAsync(CancellationToken cancellationToken = default);

    /// <summary><c>PUT /portal/stripe/connection</c>: saves one mode's credentials.</summary>
    Task<StripeConnectionResponse> ConnectStripeAsync(ConnectStripeRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/api-keys</c>: the workspace's keys of both modes, newest first.</summary>
    Task<Page<ApiKeyResponse>> ListApiKeysAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/api-keys</c>: a new key; the answer is the only place its secret is shown.</summary>
    Task<ApiKeyCreatedResponse> CreateApiKeyAsync(CreateApiKeyRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/customers/{subject_ref}/grants</c>: a right given by hand.</summary>
    Task<EntitlementResponse> GrantAsync(string subjectRef, string mode, GrantRequest request, CancellationToken cancellationToken = default);
}
