using Microsoft.Extensions.Options;

namespace Licenzy.Registration;

/// <summary>Checks <see cref="LicenzyPortalClientOptions"/> when the application starts, and in <see cref="LicenzyPortalClient.Create"/>.</summary>
internal sealed class PortalOptionsRules : IValidateOptions<LicenzyPortalClientOptions>
{
    private static readonly string[] Prefixes = ["lz_admin_"];

    public ValidateOptionsResult Validate(string? name, LicenzyPortalClientOptions options)
    {
        var at = SettingsPath.Of(name);
        var key = ConnectionRules.CheckKey(options.AdminKey, at + nameof(options.AdminKey), Prefixes, "the admin key that the server's first start printed");
        return ConnectionRules.Check(options, at).Append(key).Append(CheckWorkspace(options.Workspace, at + nameof(options.Workspace))).ToResult();
    }

    // Set to nothing is not set: an environment variable can be emptied, not always removed.
    private static string? CheckWorkspace(string? workspace, string at) =>
        string.IsNullOrEmpty(workspace) || (workspace!.StartsWith("ws_", StringComparison.Ordinal) && workspace.Length <= 64 && workspace.All(c => c is > ' ' and <= '~'))
            ? null
            : $"{at} is not a workspace's id. Set it to one of the portal's list, ws_…, or leave it out for the account's oldest.";
}
