using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Accounts;

/// <summary>Who is asking, and about which workspace (CONTRACT §2).</summary>
internal static class ContextEndpoints
{
    public static void Map(IEndpointRouteBuilder portal) =>
        portal.MapGet("/me", MeAsync).WithSummary("Account, workspace and how the caller signed in");

    private static async Task<JsonAnswer<PortalContextResponse>> MeAsync(PortalCaller caller, Db db, CancellationToken cancellationToken)
    {
        var found = await db.ReadAsync(session => WorkspaceStore.FindAsync(session, caller.WorkspaceId), cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(Refusal.NotFound);
        return new JsonAnswer<PortalContextResponse>(ToResponse(found, caller));
    }

    public static PortalContextResponse ToResponse(WorkspaceFound found, PortalCaller caller) => new()
    {
        Account = new AccountResponse { Id = found.AccountId, Name = found.AccountName, CreatedAt = Instant.Of(found.AccountCreatedAt) },
        Workspace = new WorkspaceResponse
        {
            Id = found.WorkspaceId,
            Name = found.WorkspaceName,
            Status = found.SuspendedAt is null ? "active" : "suspended",
            CreatedAt = Instant.Of(found.WorkspaceCreatedAt),
        },
        Session = new PortalSessionResponse { Kind = caller.Session is null ? "admin_key" : "cookie", Id = caller.Actor, Name = caller.Name },
        CsrfToken = caller.Session?.CsrfToken,
    };
}
