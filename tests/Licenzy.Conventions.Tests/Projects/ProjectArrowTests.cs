using System.Xml.Linq;
using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Projects;

public sealed class ProjectArrowTests
{
    [Test]
    public void Projects_know_only_whom_they_may_know() => Assert.That(ProjectArrows.Violations(ProjectFile.InSrc()), Is.Empty);

    [Test]
    public void All_projects_in_src_bring_one_analyzer_that_no_user_sees()
    {
        var props = XDocument.Parse(RepositoryRoot.Read("src/Directory.Build.props"));
        var packages = props.Descendants("PackageReference").ToList();

        Assert.That(packages.Select(p => (string?)p.Attribute("Include")), Is.EqualTo(new[] { "Microsoft.CodeAnalysis.BannedApiAnalyzers" }));
        Assert.That(packages.Select(p => (string?)p.Attribute("PrivateAssets")), Is.All.EqualTo("all"));
    }

    [Test]
    public void An_arrow_nobody_agreed_on_is_found()
    {
        var domain = ProjectFile.Parse("Licenzy.Domain", """
            <Project>
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="..\Licenzy.Contracts\Licenzy.Contracts.csproj" />
                <PackageReference Include="Dapper" />
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
              </ItemGroup>
            </Project>
            """);

        Assert.That(ProjectArrows.Violations([domain]), Has.Some.Contains("knows Licenzy.Contracts")
            .And.Some.Contains("brings Dapper").And.Some.Contains("needs the framework").And.Some.Contains("Licenzy.Server is gone"));
    }

    [Test]
    public void A_new_project_is_found() =>
        Assert.That(ProjectArrows.Violations([ProjectFile.Parse("Licenzy.Common", "<Project />")]), Has.Some.Contains("Licenzy.Common is a new project"));

    [Test]
    public void A_reference_that_lost_its_condition_is_found()
    {
        var contracts = ProjectFile.Parse("Licenzy.Contracts", """
            <Project>
              <PropertyGroup><TargetFrameworks>net10.0;net8.0;netstandard2.0</TargetFrameworks></PropertyGroup>
              <ItemGroup><PackageReference Include="System.Text.Json" /></ItemGroup>
            </Project>
            """);

        Assert.That(ProjectArrows.Violations([contracts]), Has.Some.EqualTo("Licenzy.Contracts brings System.Text.Json: not agreed."));
    }
}
