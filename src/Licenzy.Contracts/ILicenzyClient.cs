using Licenzy.Access;
using Licenzy.Checkout;
using Licenzy.Products;
using Licenzy.Usage;

namespace Licenzy;

/// <summary>The runtime API, <c>/v1</c>: one method per route. Every method throws <see cref="LicenzyApiException"/> where the API refuses or cannot be reached.</summary>
public interface ILicenzyClient
{
    /// <summary><c>/v1/webhooks</c>: where this workspace is told of changes in the key's mode, and what became of each event.</summary>
    ILicenzyWebhooks Webhooks { get; }

    /// <summary><c>POST /v1/access/check</c>: may this subject proceed?</summary>
    Task<AccessDecision> CheckAccessAsync(string subjectRef, CancellationToken cancellationToken = default);

    /// <summary>The same question for a caller that has seen a version: it is answered from that one or a later one.</summary>
    /// <param name="subjectRef">Your own id of the customer.</param>
    /// <param name="minVersion">
    /// Such as <see cref="AccessDecision.SubjectVersion"/> of an earlier answer; 0 asks for nothing. Where the subject never got that far, the newest there is.
    /// </param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<AccessDecision> CheckAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/customer/access/{subject_ref}</c>: the decision with the rights behind it.</summary>
    Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, CancellationToken cancellationToken = default);

    /// <summary>The same for a caller that has seen a version: it is answered from that one or a later one.</summary>
    /// <inheritdoc cref="CheckAccessAsync(string, long, CancellationToken)" path="/param"/>
    Task<CustomerAccessResponse> GetCustomerAccessAsync(string subjectRef, long minVersion, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/entitlements/{subject_ref}</c>: every right, ended ones too, newest first, page by page.</summary>
    /// <param name="subjectRef">Your own id of the customer.</param>
    /// <param name="status">Only rights that have this status now, such as <c>active</c>; all where absent.</param>
    /// <param name="limit">The length of a page, 1 to 100; 25 where absent.</param>
    /// <param name="cursor"><see cref="SubjectEntitlementsResponse.NextCursor"/> of the page before.</param>
    /// <param name="minVersion">As at <see cref="CheckAccessAsync(string, long, CancellationToken)"/>; 0 asks for nothing.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<SubjectEntitlementsResponse> GetEntitlementsAsync(
        string subjectRef, string? status = null, int? limit = null, string? cursor = null, long minVersion = 0, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/products</c>: what can be bought in the key's mode, newest first, page by page.</summary>
    /// <param name="limit">The length of a page, 1 to 100; 25 where absent.</param>
    /// <param name="cursor"><see cref="Page{T}.NextCursor"/> of the page before.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<Page<ProductOffer>> GetProductsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/consume</c>: takes all units or none.</summary>
    /// <param name="request">The subject and the units, 1 to 1,000,000,000.</param>
    /// <param name="idempotencyKey">The same for every try of one operation; made for the call where absent, which covers the client's own retries only.</param>
    /// <param name="cancellationToken">Gives the call up; whether it took effect is then settled by repeating it with the same key.</param>
    Task<ConsumeUsageResponse> ConsumeUsageAsync(ConsumeUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/hold</c>: sets all units aside or none, for work that may yet fail.</summary>
    /// <param name="request">The subject, the units, and for how long; they come back by themselves then.</param>
    /// <param name="idempotencyKey">The same for every try of one operation; made for the call where absent, which covers the client's own retries only.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<HoldUsageResponse> HoldUsageAsync(HoldUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/hold/{id}/commit</c>: consumes what is held; what is left of it comes back.</summary>
    /// <param name="holdId"><c>hld_…</c>, as <see cref="HoldUsageAsync"/> answered it.</param>
    /// <param name="units">How many of the held units, all of them where absent.</param>
    /// <param name="idempotencyKey">As at <see cref="HoldUsageAsync"/>.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<ConsumeUsageResponse> CommitHoldAsync(string holdId, long? units = null, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/hold/{id}/release</c>: gives back what is held.</summary>
    /// <param name="holdId"><c>hld_…</c>, as <see cref="HoldUsageAsync"/> answered it.</param>
    /// <param name="idempotencyKey">As at <see cref="HoldUsageAsync"/>.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<ReleaseHoldResponse> ReleaseHoldAsync(string holdId, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/usage/reverse</c>: takes a consumption back, once, wholly or in part.</summary>
    /// <param name="request">The consumption, and how many units of it.</param>
    /// <param name="idempotencyKey">As at <see cref="HoldUsageAsync"/>.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<ReverseUsageResponse> ReverseUsageAsync(ReverseUsageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/checkout/session</c>: starts a purchase.</summary>
    /// <param name="request">Who buys what.</param>
    /// <param name="idempotencyKey">The same for every try of one purchase; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<CheckoutSessionResponse> CreateCheckoutAsync(CreateCheckoutRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/checkout/session/{attempt_id}</c>: what became of a purchase? Ask it on the page that Stripe sends the payer back to.</summary>
    /// <param name="attemptId"><c>att_…</c>, as <see cref="CreateCheckoutAsync"/> answered it.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<CheckoutAttemptResponse> GetCheckoutAsync(string attemptId, CancellationToken cancellationToken = default);

    /// <summary><c>POST /v1/billing-portal/session</c>: a visit to Stripe's customer portal.</summary>
    /// <param name="request">Who visits, and where the way back leads.</param>
    /// <param name="idempotencyKey">The same for every try of one visit; made for the call where absent.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<BillingPortalSessionResponse> CreateBillingPortalSessionAsync(
        CreateBillingPortalSessionRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /v1/changes</c>: each change of a subject in the key's workspace and mode as it happens, in order, for as long as it is asked for.</summary>
    /// <remarks>
    /// A connection that is lost, or silent for 45 seconds, is made again from where it was, after half a second to 45 seconds; nothing is skipped meanwhile. Where something may have been
    /// missed, such as before the first connection, an item says <see cref="SubjectChange.IsReset"/>. Only a refusal that another try would meet too ends it, with a <see cref="LicenzyApiException"/>.
    /// </remarks>
    /// <param name="lastEventId"><see cref="SubjectChange.Position"/> of the last item that was dealt with; from now on where absent, which begins with a reset.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">A position is 1 to 255 visible ASCII characters.</exception>
    IAsyncEnumerable<SubjectChange> FollowChangesAsync(string? lastEventId = null, CancellationToken cancellationToken = default);
}
