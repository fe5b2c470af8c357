namespace Licenzy.Conventions.Tests.Files;

/// <summary>In the server a folder is a feature: knowing one is knowing all, and nothing lies between them.</summary>
internal static class ServerFolders
{
    private static readonly HashSet<string> Folders = new(StringComparer.Ordinal)
    {
        "Access", "Entitlements", "Usage", "Products", "Checkout", "Stripe", "StripeInbound", "StripeSync", "OutboundWebhooks", "Licensing", "Features",
        "Changes", "Accounts", "Portal", "Audit", "Time", "Starting", "Hosting", "Storage",
    };

    // What belongs to no single feature: the two doors, their options, and the assembly's log messages.
    private static readonly HashSet<string> TopLevel = new(StringComparer.Ordinal)
    {
        "Licenzy.Server.csproj",
        "LicenzyServerEndpointRouteBuilderExtensions.cs",
        "LicenzyServerServiceCollectionExtensions.cs",
        "LicenzyServerOptions.cs",
        "Log.cs",
        "_Imports.razor",
    };

    /// <param name="paths">Relative to the project's folder, with slashes.</param>
    public static IReadOnlyList<string> Violations(IEnumerable<string> paths) =>
    [
        .. paths.Select(path => path.Split('/')).Where(parts => !(parts.Length == 1 ? TopLevel : Folders).Contains(parts[0]))
            .Select(parts => parts.Length == 1 ? $"{parts[0]} belongs into a feature's folder." : $"{parts[0]}/ is not a feature of the server.")
            .Distinct(),
    ];
}
