using System.Text.RegularExpressions;
using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Types;

/// <summary>A name says what a thing is. Names that fit everything say nothing, and a file is found by the name of its type.</summary>
internal static partial class TypeNames
{
    // The compiler's own names for older targets: one file of several, none of them ours.
    private static readonly HashSet<string> NamedOtherwise = new(StringComparer.Ordinal) { "Polyfills" };

    public static IReadOnlyList<string> In(SourceFile file) => [.. Declaration().Matches(file.Code).Select(match => match.Groups["name"].Value)];

    public static IReadOnlyList<string> Banned(SourceFile file) =>
        [.. In(file).Where(name => SaysNothing().IsMatch(name)).Select(name => $"{file.Path}: {name} says nothing; name what it does.")];

    public static IReadOnlyList<string> Misplaced(SourceFile file)
    {
        var name = file.Name.Split('.')[0];
        var types = In(file);
        if (types.Count == 0 || types.Contains(name) || NamedOtherwise.Contains(name))
            return [];
        // The words of one topic, enums and nothing else, are read together.
        if (name.EndsWith("Words", StringComparison.Ordinal) && types.Count == Enumeration().Count(file.Code))
            return [];
        // Wire records come in pairs: CheckAccess holds the request and the response, Products what is said about them.
        var topic = name.TrimEnd('s');
        var isWire = file.Path.StartsWith("src/Licenzy.Contracts/", StringComparison.Ordinal);
        return isWire && types.Any(type => type.Contains(topic, StringComparison.Ordinal))
            ? []
            : [$"{file.Path} holds {string.Join(", ", types)}, but nothing of its own name."];
    }

    [GeneratedRegex(
        @"^[ \t]*(?:\[[^\]\n]*\][ \t]*)*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*"
        + @"(?:record\s+struct|record\s+class|class|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\benum\s+\w+")]
    private static partial Regex Enumeration();

    [GeneratedRegex("(?:Manager|Helpers?|Service|Utils?|Utility|Utilities|Impl)$")]
    private static partial Regex SaysNothing();
}
