using System.Text.RegularExpressions;

namespace Licenzy.Conventions.Tests.Repository;

/// <summary>What is unfinished is finished or taken out; an issue is the place for a wish.</summary>
internal static class Leftovers
{
    // In pieces, so that this file does not find itself.
    private static readonly Regex Words = new(
        $@"\b(TO{""}DO|FIX{""}ME|HA{""}CK)\b|NotImplemented{""}Exception|^(<{{7}} |={{7}}$|>{{7}} |\|{{7}} )",
        RegexOptions.Multiline | RegexOptions.CultureInvariant);

    public static IReadOnlyList<string> Violations(string path, string text) =>
        text.Contains('\0')
            ? []
            : [.. Words.Matches(text.ReplaceLineEndings("\n")).Select(match => $"{path}: {match.Value.Trim()}")];
}
