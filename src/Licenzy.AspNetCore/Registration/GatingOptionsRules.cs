using Microsoft.Extensions.Options;

namespace Licenzy.AspNetCore.Registration;

internal sealed class GatingOptionsRules : IValidateOptions<LicenzyGatingOptions>
{
    public ValidateOptionsResult Validate(string? name, LicenzyGatingOptions options)
    {
        if (options.SubjectClaim is { } claim && string.IsNullOrWhiteSpace(claim))
            return ValidateOptionsResult.Fail($"LicenzyGatingOptions.SubjectClaim is '{claim}'. Name a claim, or leave it null for sub.");
        if (options is { SubjectClaim: not null, SubjectFrom: not null })
            return ValidateOptionsResult.Fail($"LicenzyGatingOptions has SubjectClaim '{options.SubjectClaim}' and SubjectFrom. Set one of them.");
        if (options.RetryAfter < TimeSpan.FromSeconds(1))
            return ValidateOptionsResult.Fail($"LicenzyGatingOptions.RetryAfter is {options.RetryAfter}. Set it to 00:00:01 or more.");
        return ValidateOptionsResult.Success;
    }
}
