using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Licenzy.Conventions.Tests.Projects;

/// <summary>Versions stand in one file, and every one of them is exact: two builds of one commit are the same build.</summary>
internal static partial class PackageVersions
{
    public static IReadOnlyList<string> Violations(string path, string text)
    {
        var root = XDocument.Parse(text).Root!;
        return
        [
            .. root.Descendants("PackageReference")
                .Where(p => p.Attribute("Version") is not null || p.Attribute("VersionOverride") is not null || p.Element("Version") is not null)
                .Select(p => $"{path}: {(string?)p.Attribute("Include")} has a version; it belongs into Directory.Packages.props."),
            .. root.Descendants("PackageVersion")
                .Where(p => !Exact().IsMatch((string?)p.Attribute("Version") ?? ""))
                .Select(p => $"{path}: {(string?)p.Attribute("Include")} {(string?)p.Attribute("Version")} is not one exact version."),
        ];
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex Exact();
}
