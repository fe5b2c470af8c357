using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Repository;

public sealed class LeftoverTests
{
    private const string Mark = "<<<<<<";

    [Test]
    public void Nothing_is_left_unfinished() =>
        Assert.That(RepositoryRoot.Files.SelectMany(path => Leftovers.Violations(path, RepositoryRoot.Read(path))), Is.Empty);

    [TestCase("// TO" + "DO: later")]
    [TestCase("a\n" + Mark + "< ours\nb")]
    [TestCase("a\r\n=====" + "==\r\nb")]
    [TestCase("throw new NotImplemented" + "Exception();")]
    public void Unfinished_work_is_found(string text) => Assert.That(Leftovers.Violations("a.cs", text), Has.Count.EqualTo(1));

    [TestCase("todos are listed")]
    [TestCase("Heading\n========\n")]
    [TestCase("\0HA" + "CK")]
    public void Other_text_is_not(string text) => Assert.That(Leftovers.Violations("a.md", text), Is.Empty);
}
