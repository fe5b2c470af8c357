using Microsoft.AspNetCore.Builder;

namespace Licenzy.Load.Serving;

/// <summary>What the web server can do at best: reads the question, knows nothing, and answers in the same words.</summary>
internal static class EchoServer
{
    public static Task<(Uri Address, IAsyncDisposable Server)> StartAsync() =>
        Serve.BareAsync(app => app.MapPost("/v1/access/check", (CheckQuestion question) => new CheckAnswer(question.SubjectRef, Allowed: true)));
}
