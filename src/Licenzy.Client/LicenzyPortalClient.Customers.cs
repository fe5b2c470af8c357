using Licenzy.Access;
using Licenzy.Portal;
using Licenzy.Transport;

namespace Licenzy;

/// <content>Customers: who they are, why they may proceed or not, and what an operator does for them.</content>
public sealed partial class LicenzyPortalClient
{
    private const string Customers = "/portal/customers";

    /// <inheritdoc/>
    public Task<Page<CustomerSummary>> ListCustomersAsync(
        string mode, string? query = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get(Customers + Query(("query", query), ("mode", mode), ("limit", Text(limit)), ("cursor", cursor))),
            Json.PageCustomerSummary, cancellationToken);

    /// <inheritdoc/>
    public Task<CustomerResponse> GetCustomerAsync(string subjectRef, string mode, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get(SubjectRoute.Read(Customers, subjectRef, "mode=" + Uri.EscapeDataString(mode))), Json.CustomerResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<EntitlementResponse> GrantAsync(string subjectRef, string mode, GrantRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(SubjectRoute.Write(Customers, subjectRef, "/grants" + Query(("mode", mode))), request, Json.GrantRequest).Once(null),
            Json.EntitlementResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<EntitlementResponse> RevokeGrantAsync(
        string subjectRef, string entitlementId, string mode, RevokeGrantRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(
                SubjectRoute.Write(Customers, subjectRef, IdRoute.Of("/grants", entitlementId, "/revoke") + Query(("mode", mode))),
                request, Json.RevokeGrantRequest).Once(null),
            Json.EntitlementResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<EntitlementResponse> AdjustUsageAsync(string subjectRef, string mode, AdjustUsageRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Post(
                SubjectRoute.Write(Customers, subjectRef, "/usage-adjustments" + Query(("mode", mode))), request, Json.AdjustUsageRequest).Once(null),
            Json.EntitlementResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerVerificationResponse> VerifyLedgerAsync(string mode, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            LicenzyRequest.Get("/portal/ledger/verify" + Query(("mode", mode), ("limit", Text(limit)), ("cursor", cursor))), Json.LedgerVerificationResponse, cancellationToken);
}
