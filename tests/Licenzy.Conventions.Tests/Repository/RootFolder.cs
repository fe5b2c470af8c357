namespace Licenzy.Conventions.Tests.Repository;

/// <summary>The first thing a newcomer sees. Plans, notes and leftovers have no place in it.</summary>
internal static class RootFolder
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "src", "samples", "tests", "benchmarks", "docs", ".ci",
        "Licenzy.sln", "nuget.config", "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "BannedSymbols.txt",
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", ".gitignore", ".gitattributes",
    };

    public static IReadOnlyList<string> Violations(IEnumerable<string> paths) =>
    [
        .. paths.Select(path => path.Split('/')[0]).Distinct().Where(name => !Allowed.Contains(name)).Select(name => $"{name} does not belong into the root."),
        .. paths.Where(path => path.StartsWith(".ci/", StringComparison.Ordinal) && path != ".ci/run").Select(path => $"{path}: .ci holds one script, run."),
    ];
}
