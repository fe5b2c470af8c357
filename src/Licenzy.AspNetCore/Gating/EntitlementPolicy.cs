using Microsoft.AspNetCore.Authorization;

namespace Licenzy.AspNetCore.Gating;

/// <summary>A gate as the name of a policy: the one form that minimal APIs, controllers, hub methods and Blazor all enforce.</summary>
internal static class EntitlementPolicy
{
    private const string Prefix = "licenzy:";

    // A host without gating answers every call with "The AuthorizationPolicy named: '…' was not found": the name is the only place to say why.
    private const string Suffix = " (call builder.Services.AddLicenzyGating())";

    public static string NameOf(string[] anyOf)
    {
        ArgumentNullException.ThrowIfNull(anyOf);
        if (anyOf.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A product or feature code is empty. Name it, or leave all codes out to ask for any usable right.", nameof(anyOf));
        return Prefix + string.Join(',', anyOf.Select(Uri.EscapeDataString)) + Suffix;
    }

    public static AuthorizationPolicy? TryParse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;

        var codes = name[Prefix.Length..^Suffix.Length].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString);
        return new AuthorizationPolicy([new EntitlementRequirement([.. codes])], []);
    }
}
