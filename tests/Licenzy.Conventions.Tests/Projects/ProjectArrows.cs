namespace Licenzy.Conventions.Tests.Projects;

/// <summary>Who may know whom. An arrow that is not here is a decision to make, not a reference to add.</summary>
internal static class ProjectArrows
{
    private const string All = "net10.0;net8.0;netstandard2.0";
    private const string Modern = "net10.0;net8.0";
    private const string Newest = "net10.0";

    private static readonly Dictionary<string, (string Targets, string[] Knows)> Allowed = new(StringComparer.Ordinal)
    {
        ["Licenzy.Contracts"] = (All, []),
        ["Licenzy.Domain"] = (Modern, []),
        ["Licenzy.Client"] = (All, ["Licenzy.Contracts"]),
        ["Licenzy.AspNetCore"] = (Modern, ["Licenzy.Client"]),
        ["Licenzy.Testing"] = (Modern, ["Licenzy.Client", "Licenzy.Domain", "Licenzy.Server (net10.0)"]),
        ["Licenzy.Server"] = (Newest, ["Licenzy.Contracts", "Licenzy.Domain"]),
        ["Licenzy.Cli"] = (Newest, ["Licenzy.AspNetCore", "Licenzy.Server", "Licenzy.Testing"]),
    };

    // Who promises to bring nothing along. Everything a project does not promise is its own business.
    private static readonly Dictionary<string, string[]> Packages = new(StringComparer.Ordinal)
    {
        ["Licenzy.Domain"] = [],
        ["Licenzy.Contracts"] = ["System.Text.Json (!= net10.0)"],
    };

    public static IReadOnlyList<string> Violations(IEnumerable<ProjectFile> projects)
    {
        var found = new List<string>();
        var missing = new HashSet<string>(Allowed.Keys);
        foreach (var project in projects)
        {
            missing.Remove(project.Name);
            if (!Allowed.TryGetValue(project.Name, out var allowed))
            {
                found.Add($"{project.Name} is a new project: seven are enough, or say why in docs/architecture.md and here.");
                continue;
            }

            Compare(project.Name, "targets", project.Targets, allowed.Targets.Split(';'));
            Compare(project.Name, "knows", project.Projects, allowed.Knows);
            if (!Packages.TryGetValue(project.Name, out var packages))
                continue;
            Compare(project.Name, "brings", project.Packages, packages);
            Compare(project.Name, "needs the framework", project.Frameworks, []);
        }

        return [.. found, .. missing.Select(name => $"{name} is gone.")];

        void Compare(string name, string verb, string[] actual, string[] expected)
        {
            found.AddRange(actual.Except(expected).Select(extra => $"{name} {verb} {extra}: not agreed."));
            found.AddRange(expected.Except(actual).Select(lost => $"{name} no longer {verb} {lost}."));
        }
    }
}
