using System.Text.RegularExpressions;
using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Time;

/// <summary>Words that code must not use, and the few files that may, each with its reason.</summary>
internal sealed class BannedWords(string pattern, params (string Path, string Reason)[] exceptions)
{
    private readonly Regex words = new(pattern, RegexOptions.CultureInvariant);

    public IReadOnlyList<string> Violations(IReadOnlyList<SourceFile> files) =>
    [
        .. files.Where(file => !exceptions.Any(exception => exception.Path == file.Path)).SelectMany(Found),
        .. exceptions.Where(exception => !files.Any(file => file.Path == exception.Path && Found(file).Any()))
            .Select(exception => $"{exception.Path} needs its exception no longer ({exception.Reason})."),
    ];

    private IEnumerable<string> Found(SourceFile file) =>
        words.Matches(file.Code).Select(match => $"{file.Path}:{LineOf(file.Code, match.Index)}: {match.Value}");

    private static int LineOf(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;
}
