using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Projects;

public sealed class PackageVersionTests
{
    [Test]
    public void Every_version_is_exact_and_central()
    {
        var files = RepositoryRoot.Sources("", ".csproj", ".props", ".targets");

        Assert.That(files.Select(file => file.Path), Does.Contain("Directory.Packages.props"));
        Assert.That(files.SelectMany(file => PackageVersions.Violations(file.Path, file.Text)), Is.Empty);
    }

    [TestCase("""<PackageReference Include="Dapper" Version="2.1.86" />""")]
    [TestCase("""<PackageReference Include="Dapper" VersionOverride="2.1.86" />""")]
    [TestCase("""<PackageReference Include="Dapper"><Version>2.1.86</Version></PackageReference>""")]
    [TestCase("""<PackageVersion Include="Dapper" Version="2.*" />""")]
    [TestCase("""<PackageVersion Include="Dapper" Version="[2.1.0,3.0.0)" />""")]
    [TestCase("""<PackageVersion Include="Dapper" Version="$(DapperVersion)" />""")]
    [TestCase("""<PackageVersion Include="Dapper" />""")]
    public void A_version_elsewhere_or_afloat_is_found(string item) =>
        Assert.That(PackageVersions.Violations("x.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>"), Has.Count.EqualTo(1));
}
