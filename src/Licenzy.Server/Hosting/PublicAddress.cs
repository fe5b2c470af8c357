using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>The address this server is reached under: <c>Licenzy:PublicUrl</c>, else the request's own.</summary>
internal static class PublicAddress
{
    public static string Of(LicenzyServerOptions options, HttpContext context) =>
        options.PublicUrl?.AbsoluteUri.TrimEnd('/')
            ?? $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}".TrimEnd('/');
}
