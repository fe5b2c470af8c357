using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Licenzy.Server.Accounts;

/// <summary>A signed-in operator's session, as found by its cookie.</summary>
/// <param name="OperatorId">Whose it is.</param>
/// <param name="CsrfToken">What cookie writes must send as <c>X-CSRF-Token</c>.</param>
/// <param name="TokenHash">The stored hash of the cookie's value.</param>
internal sealed record PortalSession(string OperatorId, string CsrfToken, byte[] TokenHash);

/// <summary>The cookie that carries a session: out of scripts' reach, for this site alone (CONTRACT §2).</summary>
internal sealed class SessionCookie(IHostEnvironment environment)
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>Browsers hold a <c>__Host-</c> cookie to https, which a developer's own machine does not have.</summary>
    private bool IsSecure => !environment.IsDevelopment();

    private string Name => IsSecure ? "__Host-licenzy" : "licenzy";

    public string? Token(HttpRequest request) => request.Cookies[Name] is { Length: > 0 and <= 128 } token ? token : null;

    public void Set(HttpResponse response, string token) => response.Cookies.Append(Name, token, Options());

    public void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options());

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static string NewToken() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    private CookieOptions Options() => new() { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}
