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
        return ConnectionRules.Check(options, at).Append(key).ToResult();
    }
}
