using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Documents;

public sealed class MarkdownLinkTests
{
    [Test]
    public void Every_link_leads_somewhere() =>
        Assert.That(
            RepositoryRoot.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal))
                .SelectMany(path => MarkdownLinks.Broken(path, RepositoryRoot.Read(path), RepositoryRoot.Exists)),
            Is.Empty);

    [TestCase("See [the guide](guide.md).")]
    [TestCase("See [the guide](../docs/guide.md#start \"A title\").")]
    [TestCase("See [the guide][g].\n\n[g]: guide.md")]
    [TestCase("![A picture](/docs/picture.png)")]
    public void A_link_to_nowhere_is_found(string text) => Assert.That(MarkdownLinks.Broken("docs/a.md", text, _ => false), Has.Count.EqualTo(1));

    [TestCase("[elsewhere](https://example.com/guide.md)")]
    [TestCase("[here](#start)")]
    [TestCase("`[code](guide.md)`")]
    [TestCase("```\n[code](guide.md)\n```")]
    public void Other_links_are_not(string text) => Assert.That(MarkdownLinks.Broken("docs/a.md", text, _ => false), Is.Empty);

    [Test]
    public void A_link_is_followed_from_its_own_file()
    {
        var asked = new List<string>();
        MarkdownLinks.Broken("docs/a.md", "[b](b%20c.md#part) [d](/d.md)", path =>
        {
            asked.Add(path.Replace('\\', '/'));
            return true;
        });

        Assert.That(asked, Is.EqualTo(new[] { "docs/b c.md", "d.md" }));
    }
}
