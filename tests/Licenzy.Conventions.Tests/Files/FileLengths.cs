using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Files;

/// <summary>A file is read in one sitting. Over 150 lines think, over 300 split.</summary>
internal static class FileLengths
{
    public const int Longest = 300;
    public const int LongestMedian = 60;

    public static IReadOnlyList<string> TooLong(IEnumerable<SourceFile> files) =>
        [.. files.Where(file => file.Lines > Longest).Select(file => $"{file.Path} has {file.Lines} lines; split it at {Longest}.")];

    public static int Median(IEnumerable<SourceFile> files)
    {
        var lengths = files.Select(file => file.Lines).Order().ToList();
        return lengths.Count == 0 ? 0 : lengths[lengths.Count / 2];
    }
}
