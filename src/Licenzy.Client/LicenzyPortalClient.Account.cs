using Licenzy.Portal;
using Licenzy.Transport;

namespace Licenzy;

/// <content>The account: its plan, workspaces, operators and admin keys.</content>
public sealed partial class LicenzyPortalClient
{
    /// <inheritdoc/>
    public Task<AccountSubscriptionResponse> GetSubscriptionAsync(CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/account/subscription"), Json.AccountSubscriptionResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<WorkspaceResponse>> ListWorkspacesAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/workspaces" + Query(("limit", Text(limit)), ("cursor", cursor))), Json.PageWorkspaceResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkspaceResponse> CreateWorkspaceAsync(CreateWorkspaceRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post("/portal/workspaces", request, Json.CreateWorkspaceRequest).Once(null), Json.WorkspaceResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkspaceResponse> SuspendWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post(IdRoute.Of("/portal/workspaces", workspaceId, "/suspend")).Once(null), Json.WorkspaceResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkspaceResponse> ResumeWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post(IdRoute.Of("/portal/workspaces", workspaceId, "/resume")).Once(null), Json.WorkspaceResponse, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteWorkspaceAsync(string workspaceId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Delete(IdRoute.Of("/portal/workspaces", workspaceId)), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<OperatorResponse>> ListOperatorsAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/operators" + Query(("limit", Text(limit)), ("cursor", cursor))), Json.PageOperatorResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<OperatorResponse> CreateOperatorAsync(CreateOperatorRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post("/portal/operators", request, Json.CreateOperatorRequest).Once(null), Json.OperatorResponse, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteOperatorAsync(string operatorId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Delete(IdRoute.Of("/portal/operators", operatorId)), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<AdminKeyResponse>> ListAdminKeysAsync(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Get("/portal/admin-keys" + Query(("limit", Text(limit)), ("cursor", cursor))), Json.PageAdminKeyResponse, cancellationToken);

    /// <inheritdoc/>
    public Task<AdminKeyCreatedResponse> CreateAdminKeyAsync(CreateAdminKeyRequest request, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Post("/portal/admin-keys", request, Json.CreateAdminKeyRequest).Once(null), Json.AdminKeyCreatedResponse, cancellationToken);

    /// <inheritdoc/>
    public Task RevokeAdminKeyAsync(string keyId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(LicenzyRequest.Delete(IdRoute.Of("/portal/admin-keys", keyId)), cancellationToken);
}
