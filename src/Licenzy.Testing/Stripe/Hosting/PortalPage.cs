using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Testing;

/// <summary>What stands where Stripe's customer portal is: a page with the way back. What customers do there, tests say with the double's verbs.</summary>
internal static class PortalPage
{
    public static Task ShowAsync(HttpContext context, PortalSession? session)
    {
        context.Response.StatusCode = session is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        context.Response.ContentType = "text/html; charset=utf-8";
        var content = session switch
        {
            null => "<p>There is no such visit.</p>",
            { ReturnUrl: null } => "<p>Nothing can be changed here.</p>",
            { ReturnUrl: { } back } => $"""<p>Nothing can be changed here.</p><p><a href="{HtmlEncoder.Default.Encode(back)}">Back</a></p>""",
        };
        return context.Response.WriteAsync(
            $"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test portal</title></head><body><h1>Test portal</h1>{content}</body></html>""",
            context.RequestAborted);
    }
}
