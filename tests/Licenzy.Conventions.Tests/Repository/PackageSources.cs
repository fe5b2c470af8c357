using System.Xml.Linq;

namespace Licenzy.Conventions.Tests.Repository;

/// <summary>Where packages come from is the machine's own setting, so that the repository builds behind any mirror.</summary>
internal static class PackageSources
{
    private static readonly string[] Sections = ["packageSources", "auditSources", "packageSourceMapping", "packageSourceCredentials", "disabledPackageSources"];

    public static IReadOnlyList<string> Violations(string config)
    {
        var root = XDocument.Parse(config).Root!;
        return
        [
            .. root.Elements().Select(section => section.Name.LocalName).Where(name => Sections.Contains(name, StringComparer.OrdinalIgnoreCase)),
            .. root.Descendants().Attributes().Select(attribute => attribute.Value).Where(value => value.Contains("://", StringComparison.Ordinal)),
        ];
    }
}
