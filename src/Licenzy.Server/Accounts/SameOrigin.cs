using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Accounts;

/// <summary>Whether a browser sent the request from the portal's own address (SECURITY T20); scripts without a browser name no origin.</summary>
internal sealed class SameOrigin(IOptions<LicenzyServerOptions> options)
{
    public bool Holds(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers["Sec-Fetch-Site"] is not ["cross-site"] && headers.Origin switch
        {
            [] => true,
            // Behind a proxy the request's own scheme and host may be inner ones: the public address counts too.
            [{ } origin] => origin == $"{context.Request.Scheme}://{context.Request.Host}"
                || origin == options.Value.PublicUrl?.GetLeftPart(UriPartial.Authority),
            _ => false,
        };
    }
}
