using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>What a stub heard: <paramref name="Target"/> is the request line's own text, before anybody decoded it.</summary>
public sealed record Heard(string Method, string Target, string Body, IHeaderDictionary Headers);

/// <summary>A real server on a free port that remembers what it heard and answers what the test says.</summary>
public sealed class Stub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Heard> _heard = new();

    private Stub(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    public IReadOnlyList<Heard> Heard => [.. _heard];

    public static async Task<Stub> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new Stub(builder.Build());
        stub._app.Run(async context =>
        {
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            context.Request.EnableBuffering();
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
            stub._heard.Enqueue(new Heard(context.Request.Method, target, body, headers));
            await answer(context);
        });
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>Answers in turn; the last answer again and again.</summary>
    public static Task<Stub> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var next = -1;
        return StartAsync(context => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)](context));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
