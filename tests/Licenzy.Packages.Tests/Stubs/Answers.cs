using Microsoft.AspNetCore.Http;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>What stubs answer, as the contract writes it.</summary>
public static class Answers
{
    public const string Allowed = """{"subject_ref":"user_123","allowed":true}""";

    public const string Consumed = """{"ok":true,"consumed":3,"usage_remaining":97,"consumption_id":"use_01J"}""";

    public static Func<HttpContext, Task> Json(string body, int status = 200, params (string Name, string Value)[] headers) =>
        Text(body, "application/json", status, headers);

    public static Func<HttpContext, Task> Problem(int status, string error, params (string Name, string Value)[] headers) =>
        Text($$"""{"type":"urn:licenzy:error:{{error}}","title":"Title","status":{{status}},"detail":"What happened.","error":"{{error}}","request_id":"req_7","errors":[{"field":"units","message":"Too many."}]}""",
            "application/problem+json", status, headers);

    public static Func<HttpContext, Task> Text(string body, string contentType, int status, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body);
    };

    /// <summary>204: done, and nothing to tell.</summary>
    public static Task Nothing(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    /// <summary>Cuts the connection without an answer.</summary>
    public static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Never answers; ends when the caller gives up.</summary>
    public static Task Silence(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }
}
