using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Repository;

public sealed class RootFolderTests
{
    [Test]
    public void The_root_holds_only_what_a_newcomer_looks_for() => Assert.That(RootFolder.Violations(RepositoryRoot.Files), Is.Empty);

    [TestCase("PLAN.md")]
    [TestCase("scripts/build.sh")]
    [TestCase("readme.md")]
    [TestCase(".ci/notes")]
    public void A_stray_file_is_found(string path) => Assert.That(RootFolder.Violations(["README.md", path]), Has.Count.EqualTo(1));
}
