using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Projects;

public sealed class SolutionTests
{
    [Test]
    public void Every_project_is_in_the_solution_so_that_one_command_builds_and_tests_all() =>
        Assert.That(Missing(RepositoryRoot.Read("Licenzy.sln"), RepositoryRoot.Sources("", ".csproj").Select(file => file.Path)), Is.Empty);

    [Test]
    public void A_forgotten_project_is_found() =>
        Assert.That(Missing(@"Project(""…"") = ""A"", ""src\A\A.csproj""", ["src/A/A.csproj", "src/B/B.csproj"]), Is.EqualTo(new[] { "src/B/B.csproj" }));

    // What is packed as a template for others is not a part of this solution.
    private static IEnumerable<string> Missing(string solution, IEnumerable<string> projects) =>
        projects.Where(path => !path.Contains("/templates/", StringComparison.Ordinal)
            && !solution.Contains($"\"{path.Replace('/', '\\')}\"", StringComparison.Ordinal));
}
