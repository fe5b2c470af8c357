using System.Text.Json;
using System.Text.RegularExpressions;

namespace Licenzy.Server.Tests.Approved;

/// <summary>
/// Compares an answer's bytes with a document typed by hand: names, their order, types and values. Shares nothing with the code that wrote the
/// answer. In the document <c>&lt;ulid&gt;</c> and its like stand for what differs from run to run, and <c>"…"</c> after an entry for more of the same.
/// </summary>
internal static partial class AnswerShape
{
    private const string More = "…";

    private static readonly Dictionary<string, string> Placeholders = new()
    {
        ["<ulid>"] = "[0-9A-HJKMNP-TV-Z]{26}",
        ["<instant>"] = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z",
        ["<url>"] = @"https?://\S+",
        ["<secret>"] = "[0-9A-Za-z]{38}",
        ["<base64>"] = "[0-9A-Za-z+/]{43}=",
        ["<last4>"] = "[0-9A-Za-z]{4}",
        ["<text>"] = ".+",
    };

    /// <summary>What differs; empty where nothing does.</summary>
    /// <param name="approved">The document.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="mayHaveMore">Whether members that the document does not show are right too, in any order.</param>
    public static IReadOnlyList<string> Differences(string approved, string answer, bool mayHaveMore = false)
    {
        using var wanted = JsonDocument.Parse(approved);
        using var got = JsonDocument.Parse(answer);
        return [.. Compare(wanted.RootElement, got.RootElement, "$", mayHaveMore)];
    }

    private static IEnumerable<string> Compare(JsonElement wanted, JsonElement got, string at, bool mayHaveMore)
    {
        if (wanted.ValueKind == JsonValueKind.String && wanted.GetString() == "<number>")
            return got.ValueKind == JsonValueKind.Number && got.TryGetInt64(out _) ? [] : [$"{at} is {got.GetRawText()}, not a whole number"];
        if (wanted.ValueKind != got.ValueKind)
            return [$"{at} is {got.GetRawText()}, wanted {wanted.GetRawText()}"];
        return wanted.ValueKind switch
        {
            JsonValueKind.Object => Members(wanted, got, at, mayHaveMore),
            JsonValueKind.Array => Entries([.. wanted.EnumerateArray()], [.. got.EnumerateArray()], at, mayHaveMore),
            JsonValueKind.String => Regex.IsMatch(got.GetString()!, Pattern(wanted.GetString()!), RegexOptions.CultureInvariant) ? [] : [$"{at} is {got.GetRawText()}, wanted {wanted.GetRawText()}"],
            _ => wanted.GetRawText() == got.GetRawText() ? [] : [$"{at} is {got.GetRawText()}, wanted {wanted.GetRawText()}"],
        };
    }

    private static IEnumerable<string> Members(JsonElement wanted, JsonElement got, string at, bool mayHaveMore)
    {
        string[] names = [.. wanted.EnumerateObject().Select(member => member.Name)];
        string[] found = [.. got.EnumerateObject().Select(member => member.Name)];
        if (mayHaveMore ? names.Except(found).Any() : !names.SequenceEqual(found))
            return [$"{at} has the members {string.Join(", ", found)}; wanted {string.Join(", ", names)}"];
        return wanted.EnumerateObject().SelectMany(member => Compare(member.Value, got.GetProperty(member.Name), $"{at}.{member.Name}", mayHaveMore));
    }

    private static IEnumerable<string> Entries(JsonElement[] wanted, JsonElement[] got, string at, bool mayHaveMore)
    {
        if (wanted is [var each, { ValueKind: JsonValueKind.String } more] && more.GetString() == More)
            wanted = [.. got.Select(_ => each).DefaultIfEmpty(each)];
        return wanted.Length == got.Length
            ? wanted.Zip(got).SelectMany((pair, index) => Compare(pair.First, pair.Second, $"{at}[{index}]", mayHaveMore))
            : [$"{at} has {got.Length} entries, wanted {wanted.Length}"];
    }

    private static string Pattern(string text) =>
        $"^{string.Concat(Placeholder().Split(text).Select(part => Placeholders.GetValueOrDefault(part, Regex.Escape(part))))}\\z";

    [GeneratedRegex("(<[a-z0-9]+>)")]
    private static partial Regex Placeholder();
}
