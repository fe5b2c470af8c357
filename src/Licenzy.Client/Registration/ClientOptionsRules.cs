using Microsoft.Extensions.Options;

namespace Licenzy.Registration;

/// <summary>Checks <see cref="LicenzyClientOptions"/> when the application starts, and in <see cref="LicenzyClient.Create"/>.</summary>
internal sealed class ClientOptionsRules : IValidateOptions<LicenzyClientOptions>
{
    private static readonly string[] Prefixes = ["lz_test_", "lz_live_"];

    public ValidateOptionsResult Validate(string? name, LicenzyClientOptions options)
    {
        var at = SettingsPath.Of(name);
        var key = ConnectionRules.CheckKey(options.ApiKey, at + nameof(options.ApiKey), Prefixes, "a runtime key from the portal's page of API keys");
        return ConnectionRules.Check(options, at).Append(key).ToResult();
    }
}
