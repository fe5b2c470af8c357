using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Files;

public sealed class FileLengthTests
{
    private static readonly IReadOnlyList<SourceFile> Sources = RepositoryRoot.Sources("src", ".cs", ".razor");

    [Test]
    public void No_file_is_too_long_to_read() => Assert.That(FileLengths.TooLong(Sources), Is.Empty);

    [Test]
    public void The_usual_file_is_short() => Assert.That(FileLengths.Median(Sources), Is.LessThanOrEqualTo(FileLengths.LongestMedian));

    [TestCase(300, 0)]
    [TestCase(301, 1)]
    public void A_file_over_the_bound_is_found(int lines, int found) =>
        Assert.That(FileLengths.TooLong([Of(lines)]), Has.Count.EqualTo(found));

    [Test]
    public void The_median_is_the_file_in_the_middle() =>
        Assert.That(FileLengths.Median([Of(10), Of(500), Of(61)]), Is.EqualTo(61));

    private static SourceFile Of(int lines) => new("src/Made.cs", string.Concat(Enumerable.Repeat("line\n", lines)));
}
