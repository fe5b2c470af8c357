using Microsoft.Extensions.Options;

namespace Licenzy.AspNetCore.Registration;

/// <summary>Checks <see cref="LicenzyWebhookOptions"/> when the application starts. A message never repeats a secret.</summary>
internal sealed class WebhookOptionsRules : IValidateOptions<LicenzyWebhookOptions>
{
    public const string Section = "Licenzy:Webhooks";

    // The least that Standard Webhooks asks of a secret; Licenzy's have 32.
    private const int LeastBytes = 24;
    private const string Prefix = "whsec_";

    public ValidateOptionsResult Validate(string? name, LicenzyWebhookOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrEmpty(options.Secret))
            wrong.Add($"{Section}:Secret is not set. Set it to the whsec_… that PUT /v1/webhooks/endpoint showed when the endpoint was made, or POST …/rotate-secret since.");
        else if (!IsSecret(options.Secret))
            wrong.Add(NoSecret(nameof(options.Secret)));
        if (!string.IsNullOrEmpty(options.PreviousSecret) && !IsSecret(options.PreviousSecret))
            wrong.Add(NoSecret(nameof(options.PreviousSecret)));
        if (options.Tolerance < TimeSpan.FromSeconds(1) || options.Tolerance > TimeSpan.FromDays(1))
            wrong.Add($"{Section}:Tolerance is {options.Tolerance}. Set it between 00:00:01 and 1.00:00:00.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static string NoSecret(string which) => $"{Section}:{which} is not 'whsec_' and the Base64 of {LeastBytes} bytes or more. Set it as Licenzy showed it once, without blanks.";

    private static bool IsSecret(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) && !secret.Any(char.IsWhiteSpace)
        && Convert.TryFromBase64String(secret[Prefix.Length..], new byte[secret.Length], out var length) && length >= LeastBytes;
}
