using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Documents;

/// <summary>A sample that nobody runs is wrong soon: it stands, line by line, in a test that is.</summary>
public sealed class SampleTests
{
    [TestCase("docs/developing.md", "## Test your gates", "tests/Licenzy.Testing.Tests/Fake/TestYourGates.cs")]
    [TestCase("docs/developing.md", "## Learn of changes", "tests/Licenzy.Packages.Tests/Webhooks/LearnOfChanges.cs")]
    [TestCase("docs/developing.md", "### Set your endpoint", "tests/Licenzy.Packages.Tests/Client/WebhookRoutes.cs")]
    [TestCase("docs/developing.md", "### Follow them", "tests/Licenzy.Packages.Tests/Webhooks/LearnOfChanges.cs")]
    public void A_sample_stands_in_a_test(string document, string heading, string test)
    {
        var sample = Lines(Block(RepositoryRoot.Read(document), heading));

        Assert.That(sample, Is.Not.Empty);
        Assert.That(string.Join('\n', Lines(RepositoryRoot.Read(test))), Does.Contain(string.Join('\n', sample)));
    }

    private static string Block(string text, string heading)
    {
        var section = text[text.IndexOf(heading, StringComparison.Ordinal)..];
        var start = section.IndexOf("```csharp", StringComparison.Ordinal) + "```csharp".Length;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
