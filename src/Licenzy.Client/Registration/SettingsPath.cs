using Microsoft.Extensions.Options;

namespace Licenzy.Registration;

internal static class SettingsPath
{
    /// <summary>How a message names the settings: the section for the only client, the client's name for one of several.</summary>
    public static string Of(string? name) => string.IsNullOrEmpty(name) ? "Licenzy:" : $"Licenzy client '{name}': ";

    public static ValidateOptionsResult ToResult(this IEnumerable<string?> failures)
    {
        var found = failures.OfType<string>().ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    public static void ThrowIfRefused<TOptions>(this IValidateOptions<TOptions> rules, TOptions options)
        where TOptions : class
    {
        if (rules.Validate(null, options) is { Failed: true, Failures: { } failures })
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), failures);
    }
}
