using System.Globalization;
using System.Net;

namespace Licenzy.Testing;

/// <summary>Form fields in Stripe's bracket notation: <c>line_items[0][price]=price_1</c>.</summary>
internal sealed class FormFields(IReadOnlyList<KeyValuePair<string, string>> all)
{
    public IReadOnlyList<KeyValuePair<string, string>> All => all;

    public string? this[string name] => all.LastOrDefault(field => field.Key == name).Value;

    public static FormFields Parse(params string[] encoded) => new(
    [
        .. from text in encoded
           from pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries)
           let cut = pair.IndexOf('=', StringComparison.Ordinal)
           select KeyValuePair.Create(
               WebUtility.UrlDecode(cut < 0 ? pair : pair[..cut]),
               cut < 0 ? "" : WebUtility.UrlDecode(pair[(cut + 1)..])),
    ]);

    /// <summary>The names of a field: <c>a[b][]</c> has three, the last one empty.</summary>
    public static string[] Segments(string name) => name.Replace("]", "", StringComparison.Ordinal).Split('[');

    public long? Number(string name) => this[name] is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool Has(string root) => all.Any(field => field.Key == root || field.Key.StartsWith(root + "[", StringComparison.Ordinal));

    /// <summary>The keys directly under a name, in the order they first appear.</summary>
    public IReadOnlyList<string> Under(string root) =>
    [
        .. all.Where(field => field.Key.StartsWith(root + "[", StringComparison.Ordinal))
            .Select(field => field.Key[(root.Length + 1)..].Split(']')[0])
            .Distinct(),
    ];

    /// <summary>Metadata under a name. An empty value means "not set" to Stripe.</summary>
    public IReadOnlyDictionary<string, string> Map(string root) =>
        Under(root).Where(key => this[$"{root}[{key}]"] is { Length: > 0 }).ToDictionary(key => key, key => this[$"{root}[{key}]"]!);

    public bool SameAs(FormFields other) =>
        all.Order(ByName).SequenceEqual(other.All.Order(ByName));

    private static readonly Comparer<KeyValuePair<string, string>> ByName =
        Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));
}
