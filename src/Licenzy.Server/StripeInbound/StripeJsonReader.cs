using System.Text.Json;
using Licenzy.Server.Storage;

namespace Licenzy.Server.StripeInbound;

/// <summary>Tolerant reading of Stripe's JSON: what is missing or of another type is absent, never an error and never 1970.</summary>
internal static class StripeJsonReader
{
    // Stripe's ids are far shorter; a longer one is nonsense that no index would take.
    private const int LongestId = 255;

    // As many as a checkout may be of.
    private const long MostOfOne = 1_000_000;

    public static JsonElement? Object(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static string? Text(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= LongestId } text && !text.Any(char.IsControl) ? text : null;

    /// <summary>An id, whether the member holds it or the expanded object.</summary>
    public static string? Id(this JsonElement parent, string name) => parent.Text(name) ?? parent.Object(name)?.Text("id");

    public static bool Flag(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static long? Number(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : null;

    /// <summary>How many of a thing: one where it does not say, and never more than may be.</summary>
    public static long Quantity(this JsonElement parent) => Math.Clamp(parent.Number("quantity") ?? 1, 0, MostOfOne);

    /// <summary>An instant in Unix seconds; zero and less are unknown.</summary>
    public static DateTimeOffset? Time(this JsonElement parent, string name) =>
        parent.Number(name) is { } seconds and > 0 and <= Instant.Latest ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The entries of a list object, <c>{"data":[…]}</c>.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement parent, string name) =>
        parent.Object(name) is { } list && list.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array ? data.EnumerateArray() : [];
}
