using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.Hosting;

/// <summary>JSON that is bytes already, or a status that has none.</summary>
internal static class JsonBytes
{
    public static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status204NoContent)
        {
            return Task.CompletedTask;
        }

        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
