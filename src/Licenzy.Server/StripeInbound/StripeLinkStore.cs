using Licenzy.Domain;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>All SQL about whose an object of Stripe's is by an operator's word.</summary>
internal static class StripeLinkStore
{
    public static Task<string?> FindAsync(Session session, Scope scope, string objectId) =>
        session.FindAsync<string>(
            "select subject_ref from stripe_links where workspace_id = @WorkspaceId and mode = @mode and object_id = @objectId",
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), objectId });

    /// <summary>Links an object to a subject; the last word counts, for what is not anybody's by then.</summary>
    public static Task SaveAsync(Session session, Scope scope, string objectId, string subjectRef, long now) =>
        session.ExecuteAsync(
            """
            insert into stripe_links (workspace_id, mode, object_id, subject_ref, created_at)
            values (@WorkspaceId, @mode, @objectId, @subjectRef, @now)
            on conflict (workspace_id, mode, object_id) do update set subject_ref = excluded.subject_ref, created_at = excluded.created_at
            """,
            new { scope.WorkspaceId, mode = scope.Mode.ToWord(), objectId, subjectRef, now });
}
