using System.Text.RegularExpressions;

namespace Licenzy.Cli.Tests.QuickStarts;

/// <summary>A block of code in the README: its language, its text, and the file it is to be put into, where the sentence before it names one.</summary>
internal sealed record CodeBlock(string Language, string Text, string? File);

/// <summary>The README, as far as a newcomer copies from it.</summary>
internal static partial class Readme
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The code of a quick start, in its order.</summary>
    /// <param name="number">Which of the three.</param>
    public static IReadOnlyList<CodeBlock> QuickStart(int number)
    {
        var section = Section().Matches(File.ReadAllText(Path.Combine(Root, "README.md")))
            .Single(match => match.Groups["title"].Value.StartsWith($"{number}. ", StringComparison.Ordinal)).Groups["body"].Value;
        var blocks = Block().Matches(section).Select(match => new CodeBlock(
            match.Groups["language"].Value, match.Groups["text"].Value, FileName().Match(match.Groups["before"].Value) is { Success: true } named ? named.Groups[1].Value : null)).ToList();
        Assert.That(blocks, Is.Not.Empty, $"the README's quick start {number}");
        return blocks;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Licenzy.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are not in the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"^### (?<title>\d\. .*)$(?<body>(?:\n(?!##).*)*)", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"(?<before>[^\n]*)\n\n```(?<language>\w+)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([\w/]+\.cs)`")]
    private static partial Regex FileName();
}
