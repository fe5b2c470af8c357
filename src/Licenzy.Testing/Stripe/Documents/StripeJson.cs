using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Licenzy.Testing;

/// <summary>Stripe's habits of writing JSON: Unix seconds, every member present, two spaces.</summary>
internal static class StripeJson
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] ToBytes(this JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document, Indented);

    public static JsonNode Unix(this DateTimeOffset at) => JsonValue.Create(at.ToUnixTimeSeconds());

    public static JsonNode? Unix(this DateTimeOffset? at) => at?.Unix();

    public static JsonObject ToJson(this IReadOnlyDictionary<string, string> metadata)
    {
        var json = new JsonObject();
        foreach (var (key, value) in metadata)
            json[key] = value;
        return json;
    }

    public static JsonObject List(string url, IEnumerable<JsonNode> data)
    {
        JsonNode[] all = [.. data];
        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray(all),
            ["has_more"] = false,
            ["total_count"] = all.Length,
            ["url"] = url,
        };
    }

    /// <summary>A list that was cut: how many there are in all it does not say.</summary>
    public static JsonObject Page(string url, IEnumerable<JsonNode> data, bool hasMore)
    {
        JsonNode[] page = [.. data];
        return new JsonObject { ["object"] = "list", ["data"] = new JsonArray(page), ["has_more"] = hasMore, ["url"] = url };
    }

    // Stripe leaves no member out: what is not set is null, and consumers may rely on its presence.
    public static JsonObject WithNulls(this JsonObject json, params string[] names)
    {
        foreach (var name in names)
            json[name] = null;
        return json;
    }

    public static string Text(this long amount) => amount.ToString(CultureInfo.InvariantCulture);
}
