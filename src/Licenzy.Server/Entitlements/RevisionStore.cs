using System.Text.Json;
using System.Text.Json.Serialization;
using Licenzy.Domain;
using Licenzy.Domain.Entitlements;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Entitlements;

/// <summary>The history of rights: the state after each change and its cause.</summary>
internal static class RevisionStore
{
    private static readonly RowSet<RevisionRow> Revisions = RowSet<RevisionRow>.Insert(
        "entitlement_revisions",
        ("workspace_id", one => one.Row.WorkspaceId), ("mode", one => one.Row.Mode), ("subject_ref", one => one.Row.SubjectRef), ("version", one => one.Version),
        ("entitlement_id", one => one.Row.Id), ("at", one => Instant.Millis(one.Cause.At)), ("reason", one => one.Reason.ToWord()),
        ("source", one => one.Cause.Source.ToWord()), ("cause_id", one => one.Cause.Id),
        ("state", one => JsonSerializer.Serialize(one.Row, RevisionJson.Default.EntitlementRow)), ("actor", one => one.Cause.Actor), ("note", one => one.Cause.Note));

    public static void Add(Session session, EntitlementRow row, long version, ChangeReason reason, Cause cause) =>
        session.Put(Revisions, new RevisionRow(row, version, reason, cause));

    private sealed record RevisionRow(EntitlementRow Row, long Version, ChangeReason Reason, Cause Cause);
}

/// <summary>The JSON of a revision: the row's columns, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntitlementRow))]
internal sealed partial class RevisionJson : JsonSerializerContext;
