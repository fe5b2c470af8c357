using Licenzy.Access;
using Licenzy.Portal;

namespace Licenzy;

/// <summary>The portal API, <c>/portal</c>, with an admin key: set-up and support, for scripts and the command line.</summary>
public interface ILicenzyPortalClient
{
    /// <summary><c>/portal/webhooks</c>: where the workspace is told of changes in a mode, and what became of each event.</summary>
    /// <param name="mode"><c>test</c> or <c>live</c>.</param>
    ILicenzyWebhooks Webhooks(string mode);

    /// <summary><c>GET /portal/me</c>: account, workspace and how the caller signed in.</summary>
    Task<PortalContextResponse> GetContextAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/account/subscription</c>: the account's plan and what it allows.</summary>
    Task<AccountSubscriptionResponse> GetSubscriptionAsync(CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/workspaces</c>: the account's workspaces, newest first.</summary>
    Task<Page<WorkspaceResponse>> ListWorkspacesAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/workspaces</c>: makes a workspace.</summary>
    Task<WorkspaceResponse> CreateWorkspaceAsync(CreateWorkspaceRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/workspaces/{id}/suspend</c>: its keys are refused until it resumes.</summary>
    Task<WorkspaceResponse> SuspendWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/workspaces/{id}/resume</c>: its keys are accepted again.</summary>
    Task<WorkspaceResponse> ResumeWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /portal/workspaces/{id}</c>: its keys are refused for good. The last one cannot be deleted.</summary>
    Task DeleteWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/operators</c>: the people who may sign in, newest first.</summary>
    Task<Page<OperatorResponse>> ListOperatorsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/operators</c>: lets a further person sign in.</summary>
    Task<OperatorResponse> CreateOperatorAsync(CreateOperatorRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /portal/operators/{id}</c>: lets a person sign in no more; their sessions end.</summary>
    Task DeleteOperatorAsync(string operatorId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/admin-keys</c>: the account's admin keys, newest first.</summary>
    Task<Page<AdminKeyResponse>> ListAdminKeysAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/admin-keys</c>: a new admin key; the answer is the only place its secret is shown.</summary>
    Task<AdminKeyCreatedResponse> CreateAdminKeyAsync(CreateAdminKeyRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /portal/admin-keys/{id}</c>: the key is refused from now on.</summary>
    Task RevokeAdminKeyAsync(string keyId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/products</c>: the mode's products, newest first.</summary>
    Task<Page<ProductResponse>> ListProductsAsync(string mode, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/products</c>: maps a Stripe price to a right.</summary>
    Task<ProductResponse> CreateProductAsync(CreateProductRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>PUT /portal/products/{product_code}</c>: replaces a product whole, or restores a deleted one.</summary>
    Task<ProductResponse> ReplaceProductAsync(string productCode, ReplaceProductRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>PATCH /portal/products/{id}</c>: changes what the request names and nothing else.</summary>
    Task<ProductResponse> ChangeProductAsync(string productId, PatchProductRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /portal/products/{id}</c>: it sells no more; rights already granted live on.</summary>
    Task DeleteProductAsync(string productId, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/stripe/connection</c>: both modes' connections.</summary>
    Task<StripeConnectionsResponse> GetStripeConnectionsAsync(CancellationToken cancellationToken = default);

    /// <summary><c>PUT /portal/stripe/connection</c>: saves one mode's credentials.</summary>
    Task<StripeConnectionResponse> ConnectStripeAsync(ConnectStripeRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/stripe/events</c>: what Stripe sent and what became of it, newest first, without what it says.</summary>
    /// <param name="mode"><c>test</c> or <c>live</c>.</param>
    /// <param name="status"><c>applied</c>, <c>unmatched</c>, <c>pending</c> or <c>failed</c>; all where absent.</param>
    /// <param name="type">Stripe's type, such as <c>invoice.paid</c>; all where absent.</param>
    /// <param name="limit">The length of a page, 1 to 100.</param>
    /// <param name="cursor">Where the page begins: <c>next_cursor</c> of the one before.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Page<StripeEventResponse>> ListStripeEventsAsync(
        string mode, string? status = null, string? type = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/stripe/events/{id}</c>: one event with all that Stripe sent.</summary>
    Task<StripeEventResponse> GetStripeEventAsync(string eventId, string mode, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/stripe/events/{id}/replay</c>: applies the event again; one that took effect does not take it twice.</summary>
    Task<StripeEventResponse> ReplayStripeEventAsync(string eventId, string mode, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/stripe/events/{id}/link</c>: says whose an unmatched event's object is, and applies what was kept for it.</summary>
    Task<StripeEventResponse> LinkStripeEventAsync(string eventId, string mode, LinkStripeEventRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/stripe/catch-up</c>: takes in what happened at Stripe and was not delivered. Call again until it is complete.</summary>
    Task<CatchUpStripeResponse> CatchUpStripeAsync(string mode, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/stripe/reconcile</c>: compares a mode's rights with Stripe, a part at a time; mends them where told to.</summary>
    Task<ReconcileStripeResponse> ReconcileStripeAsync(string mode, ReconcileStripeRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/stripe/import</c>: finds subscriptions that no right stands for, a part at a time; gives the rights where told to.</summary>
    Task<ImportStripeResponse> ImportStripeAsync(string mode, ImportStripeRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/api-keys</c>: the workspace's keys of both modes, newest first.</summary>
    Task<Page<ApiKeyResponse>> ListApiKeysAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/api-keys</c>: a new key; the answer is the only place its secret is shown.</summary>
    Task<ApiKeyCreatedResponse> CreateApiKeyAsync(CreateApiKeyRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/api-keys/{id}/revoke</c>: the key is refused from now on.</summary>
    Task<ApiKeyResponse> RevokeApiKeyAsync(string keyId, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/api-keys/{id}/rotate</c>: a new key in place of one, which is refused after the overlap.</summary>
    Task<ApiKeyCreatedResponse> RotateApiKeyAsync(string keyId, RotateApiKeyRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/customers</c>: the mode's customers, newest first.</summary>
    /// <param name="mode"><c>test</c> or <c>live</c>.</param>
    /// <param name="query">The beginning of a subject, or a whole id: of a Stripe customer, subscription, session or payment, or of an attempt.</param>
    /// <param name="limit">1–100, default 25.</param>
    /// <param name="cursor">The page before's <c>next_cursor</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Page<CustomerSummary>> ListCustomersAsync(
        string mode, string? query = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/customers/{subject_ref}</c>: why the customer may proceed or may not, and what came before.</summary>
    Task<CustomerResponse> GetCustomerAsync(string subjectRef, string mode, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/customers/{subject_ref}/grants</c>: a right given by hand.</summary>
    Task<EntitlementResponse> GrantAsync(string subjectRef, string mode, GrantRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/customers/{subject_ref}/grants/{entitlement_id}/revoke</c>: a right taken back, whoever gave it.</summary>
    Task<EntitlementResponse> RevokeGrantAsync(
        string subjectRef, string entitlementId, string mode, RevokeGrantRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>POST /portal/customers/{subject_ref}/usage-adjustments</c>: a balance corrected.</summary>
    Task<EntitlementResponse> AdjustUsageAsync(string subjectRef, string mode, AdjustUsageRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/ledger/verify</c>: computes the balances of a page of subjects again from the ledger.</summary>
    /// <param name="mode"><c>test</c> or <c>live</c>.</param>
    /// <param name="limit">Subjects on a page, 1–100, default 25.</param>
    /// <param name="cursor">The page before's <c>next_cursor</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<LedgerVerificationResponse> VerifyLedgerAsync(string mode, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary><c>GET /portal/test-clock</c>: the clock by which the rights of test mode are decided.</summary>
    Task<TestClockResponse> GetTestClockAsync(CancellationToken cancellationToken = default);

    /// <summary><c>PUT /portal/test-clock</c>: moves it on. Not repeated by itself: a second time would move it twice.</summary>
    Task<TestClockResponse> MoveTestClockAsync(MoveTestClockRequest request, CancellationToken cancellationToken = default);

    /// <summary><c>DELETE /portal/test-clock</c>: returns test mode to real time.</summary>
    Task<TestClockResponse> ResetTestClockAsync(CancellationToken cancellationToken = default);
}
