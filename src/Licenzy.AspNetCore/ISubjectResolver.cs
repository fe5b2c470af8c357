using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Licenzy.AspNetCore;

/// <summary>Says who is asking. Register your own to replace the default, which reads a claim of the signed-in user.</summary>
public interface ISubjectResolver
{
    /// <summary>The subject of this call, or <see langword="null"/> where there is none: the gate then answers 401.</summary>
    /// <param name="user">The user under authorization; not signed in where no identity is authenticated.</param>
    /// <param name="context">The request, for a hub method the one that opened the connection; <see langword="null"/> outside HTTP.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    ValueTask<string?> ResolveAsync(ClaimsPrincipal user, HttpContext? context, CancellationToken cancellationToken);
}
