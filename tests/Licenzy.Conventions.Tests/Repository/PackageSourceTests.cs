using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Repository;

public sealed class PackageSourceTests
{
    [Test]
    public void The_repository_names_no_package_source() =>
        Assert.That(
            RepositoryRoot.Files.Where(path => path.EndsWith("nuget.config", StringComparison.OrdinalIgnoreCase))
                .SelectMany(path => PackageSources.Violations(RepositoryRoot.Read(path))),
            Is.Empty);

    [TestCase("<packageSources><clear /></packageSources>")]
    [TestCase("<auditSources><clear /></auditSources>")]
    [TestCase("""<config><add key="http_proxy" value="http://proxy.example" /></config>""")]
    public void A_named_source_is_found(string section) =>
        Assert.That(PackageSources.Violations($"<configuration>{section}</configuration>"), Has.Count.EqualTo(1));
}
