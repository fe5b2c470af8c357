using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>The history of rights: the state after each change and its cause.</summary>
internal static class RevisionStore
{
    public static Task AddAsync(Session session, EntitlementRow row, long version, ChangeReason reason, Cause cause) =>
        session.ExecuteAsync(
            """
            insert into entitlement_revisions (workspace_id, mode, subject_ref, version, entitlement_id, at, reason, source, cause_id, state, actor, note)
            values (@WorkspaceId, @Mode, @SubjectRef, @version, @Id, @at, @reason, @source, @causeId, @state, @Actor, @Note)
            """,
            new
            {
                row.WorkspaceId,
                row.Mode,
                row.SubjectRef,
                version,
                row.Id,
                at = Instant.Millis(cause.At),
                reason = reason.ToWord(),
                source = cause.Source.ToWord(),
                causeId = cause.Id,
                state = JsonSerializer.Serialize(row, RevisionJson.Default.EntitlementRow),
                cause.Actor,
                cause.Note,
            });
}

/// <summary>The JSON of a revision: the row's columns, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntitlementRow))]
internal sealed partial class RevisionJson : JsonSerializerContext;
