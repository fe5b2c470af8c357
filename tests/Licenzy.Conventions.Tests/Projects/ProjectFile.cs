using System.Xml.Linq;
using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Projects;

/// <summary>What a project file asks for, conditions included: a reference for one target only is written <c>Name (net10.0)</c>.</summary>
internal sealed record ProjectFile(string Name, string[] Targets, string[] Projects, string[] Packages, string[] Frameworks)
{
    public static IReadOnlyList<ProjectFile> InSrc() =>
        [.. RepositoryRoot.Sources("src", ".csproj").Select(file => Parse(file.Name, file.Text))];

    public static ProjectFile Parse(string name, string text)
    {
        var project = XDocument.Parse(text).Root!;
        var targets = project.Descendants("TargetFrameworks").Concat(project.Descendants("TargetFramework")).Select(e => e.Value).FirstOrDefault("");
        return new ProjectFile(
            name,
            targets.Split(';', StringSplitOptions.RemoveEmptyEntries),
            [.. All(project, "ProjectReference").Select(path => path.Replace('\\', '/').Split('/')[^1].Replace(".csproj", "", StringComparison.Ordinal))],
            [.. All(project, "PackageReference")],
            [.. All(project, "FrameworkReference"), .. All(project, "Reference")]);
    }

    private static IEnumerable<string> All(XElement project, string kind) =>
        project.Descendants(kind).Select(e => (string?)e.Attribute("Include") + Condition(e)).Order(StringComparer.Ordinal);

    private static string Condition(XElement reference)
    {
        var condition = (string?)reference.Attribute("Condition") ?? (string?)reference.Parent?.Attribute("Condition");
        return condition is null ? "" : $" ({condition.Replace("'$(TargetFramework)'", "", StringComparison.Ordinal).Replace("==", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Trim()})";
    }
}
