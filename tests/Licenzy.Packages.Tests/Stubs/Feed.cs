using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>Connections of <c>GET /v1/changes</c>, as a server or something in its place gives them.</summary>
public static class Feed
{
    public static string Change(int position, string subject = "user_123", string nextChangeAt = "null") =>
        $"id: p{position}\ndata: {{\"subject_ref\":\"{subject}\",\"version\":{position},\"next_change_at\":{nextChangeAt}}}\n\n";

    /// <summary>Sends this and stays, as a server does that has no more to tell.</summary>
    public static Func<HttpContext, Task> Open(params string[] parts) => async context =>
    {
        await SendAsync(context, parts);
        await Answers.Silence(context);
    };

    /// <summary>Sends this and ends.</summary>
    public static Func<HttpContext, Task> Ended(params string[] parts) => context => SendAsync(context, parts);

    /// <summary>Sends this and cuts the connection, once the other side has it.</summary>
    public static Func<HttpContext, Task> Cut(Task arrived, params string[] parts) => async context =>
    {
        await SendAsync(context, parts);
        await arrived;
        context.Abort();
    };

    /// <summary>Sends byte by byte.</summary>
    public static Func<HttpContext, Task> Dripped(string text) => Open([.. text.Select(letter => letter.ToString())]);

    private static async Task SendAsync(HttpContext context, string[] parts)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        foreach (var part in parts)
        {
            await context.Response.WriteAsync(part);
            await context.Response.Body.FlushAsync();
        }
    }
}
