using System.Text.RegularExpressions;

namespace Licenzy.Conventions.Tests.Documents;

/// <summary>A link inside the repository leads to a file that is there.</summary>
internal static partial class MarkdownLinks
{
    public static IReadOnlyList<string> Broken(string path, string text, Func<string, bool> exists)
    {
        var prose = Code().Replace(text, "");
        var links = Inline().Matches(prose).Concat(Reference().Matches(prose)).Select(match => match.Groups["to"].Value);
        return [.. links.Where(IsRelative).Where(link => !exists(Resolve(path, link))).Select(link => $"{path}: {link}")];
    }

    private static bool IsRelative(string link) => !link.StartsWith('#') && !link.Contains("://", StringComparison.Ordinal)
        && !link.StartsWith("mailto:", StringComparison.Ordinal);

    private static string Resolve(string path, string link)
    {
        var file = Uri.UnescapeDataString(link.Split('#', '?')[0]);
        // A leading slash means the repository's root, as on the sites that show it.
        return file.StartsWith('/') ? file[1..] : Path.Combine(Path.GetDirectoryName(path) ?? "", file);
    }

    [GeneratedRegex(@"^(?<fence>`{3,}|~{3,})[\s\S]*?^\k<fence>|`[^`\n]+`", RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(\s*<?(?<to>[^)\s>]+)>?(?:\s+""[^""]*"")?\s*\)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\s{0,3}\[[^\]]+\]:\s*<?(?<to>[^\s>]+)>?", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
