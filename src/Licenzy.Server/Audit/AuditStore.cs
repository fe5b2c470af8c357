using Licenzy.Domain;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Audit;

/// <summary>Who did what, for the record; never a secret.</summary>
/// <param name="Actor">The key's id.</param>
/// <param name="Action">What was done, such as <c>product.created</c>.</param>
/// <param name="Target">To what.</param>
/// <param name="Detail">More, in a sentence.</param>
internal sealed record AuditEntry(string Actor, string Action, string Target, string Detail);

/// <summary>The audit log, append-only, written in the transaction of what it tells of (SECURITY T32).</summary>
internal sealed class AuditStore(Ids ids, TimeProvider clock)
{
    public Task AddAsync(Session session, Scope scope, AuditEntry entry, HttpContext context) =>
        AddAsync(session, scope, entry, RequestFrame.RequestId(context));

    /// <param name="session">The transaction of what is told of.</param>
    /// <param name="scope">Where it happened.</param>
    /// <param name="entry">What happened.</param>
    /// <param name="requestId">The request it came with, or Stripe's event.</param>
    public Task AddAsync(Session session, Scope scope, AuditEntry entry, string requestId) =>
        session.ExecuteAsync(
            """
            insert into audit_log (workspace_id, mode, id, at, actor, action, target, detail, request_id)
            values (@WorkspaceId, @mode, @id, @at, @Actor, @Action, @Target, @Detail, @requestId)
            """,
            new
            {
                scope.WorkspaceId,
                mode = scope.Mode.ToWord(),
                id = ids.New("aud"),
                at = Instant.Millis(clock.GetUtcNow()),
                entry.Actor,
                entry.Action,
                entry.Target,
                entry.Detail,
                requestId,
            });
}
