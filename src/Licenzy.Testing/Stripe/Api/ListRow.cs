using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>One candidate of a list: where it stands, whether it was asked for, and how it is written.</summary>
internal sealed record ListRow(string Id, DateTimeOffset Created, bool Fits, Func<JsonObject> Write);
