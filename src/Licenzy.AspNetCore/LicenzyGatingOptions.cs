using Microsoft.AspNetCore.Http;

namespace Licenzy.AspNetCore;

/// <summary>How gates find the subject and what they answer when they cannot decide.</summary>
public sealed class LicenzyGatingOptions
{
    /// <summary>The claim of the signed-in user that holds the subject; default <c>sub</c>, then <see cref="System.Security.Claims.ClaimTypes.NameIdentifier"/>.</summary>
    public string? SubjectClaim { get; set; }

    /// <summary>
    /// Finds the subject in the request instead of a claim. What a caller can write, such as a header, proves nothing:
    /// use it behind something that sets it, or in development.
    /// </summary>
    public Func<HttpContext, string?>? SubjectFrom { get; set; }

    /// <summary>What <c>Retry-After</c> says on a 503 where the server named no wait; whole seconds, at least 1; default 5 seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);
}
