using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Usage;

namespace Licenzy;

/// <summary>The runtime API, <c>/v1</c>: one method per route. Every method throws <see cref="LicenzyApiException"/> where the API refuses or cannot be reached.</summary>
public interface ILicenzyClient
{
    /// <summary><c>POST /v1/access/check</c>: may this subject proceed?</summary>
    Task<AccessDecision> CheckAccessAsync(string subjectRef, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/customer/access/{subject_ref}</c>: the decision with the rights behind it.</summary>
    Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/consume</c>: takes all units or none.</summary>
    /// <param name="request">The subject and the units, 1 to 1,000,000,000.</param>
    /// <param name="idempotencyKey">The same for every try of one operation; made for the call where absent, which covers the client's own retries only.</param>
    /// <param name="cancellationToken">Gives the call up; whether it took effect is then settled by repeating it with the same key.</param>
    Task<ConsumeUsageResponse> ConsumeUsageAsync(ConsumeUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/checkout/session</c>: starts a purchase.</summary>
    /// <param name="request">Who buys what.</param>
    /// <param name="idempotencyKey">The same for every try of one purchase; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<CheckoutSessionResponse> CreateCheckoutAsync(CreateCheckoutRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);
}
