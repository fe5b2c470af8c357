using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>What an <c>updated</c> event tells of the state before: only what differs, objects member by member, lists whole.</summary>
internal static class PreviousAttributes
{
    public static JsonObject Of(JsonObject before, JsonObject after)
    {
        var changes = new JsonObject();
        foreach (var (name, now) in after)
        {
            var was = before[name];
            if (JsonNode.DeepEquals(was, now))
                continue;
            changes[name] = was is JsonObject oldObject && now is JsonObject newObject ? Of(oldObject, newObject) : was?.DeepClone();
        }

        return changes;
    }
}
