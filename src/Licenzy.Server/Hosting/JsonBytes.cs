using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>JSON that is bytes already.</summary>
internal static class JsonBytes
{
    public static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
