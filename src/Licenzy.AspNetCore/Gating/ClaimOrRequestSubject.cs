using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.AspNetCore.Gating;

/// <summary>The default: <see cref="LicenzyGatingOptions.SubjectFrom"/> where set, else a claim of the signed-in user.</summary>
internal sealed class ClaimOrRequestSubject(IOptions<LicenzyGatingOptions> options) : ISubjectResolver
{
    public ValueTask<string?> ResolveAsync(ClaimsPrincipal user, HttpContext? context, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (settings.SubjectFrom is { } from)
            return new(context is null ? null : from(context));
        return new(settings.SubjectClaim is { } claim ? Claim(user, claim) : Claim(user, "sub") ?? Claim(user, ClaimTypes.NameIdentifier));
    }

    // A claim of an identity that nobody authenticated is only what the caller says.
    private static string? Claim(ClaimsPrincipal user, string type) =>
        user.Identities.Where(identity => identity.IsAuthenticated).Select(identity => identity.FindFirst(type)?.Value).FirstOrDefault(value => value is not null);
}
