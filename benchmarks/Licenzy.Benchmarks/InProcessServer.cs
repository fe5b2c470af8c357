using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Licenzy.Benchmarks;

/// <summary>Takes an application's pipeline as a web server does, and no socket.</summary>
internal sealed class InProcessServer : IServer
{
    private Func<IFeatureCollection, Task> _run = _ => throw new InvalidOperationException("The application has not been started.");

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public async Task<int> GetAsync(string path)
    {
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Scheme, context.Request.Path, context.Request.Protocol) = ("GET", "http", path, "HTTP/1.1");
        context.Request.Headers.Host = "127.0.0.1";
        context.Request.Headers["X-User"] = "user_1";
        await _run(context.Features);
        return context.Response.StatusCode;
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _run = async features =>
        {
            var context = application.CreateContext(features);
            await application.ProcessRequestAsync(context);
            application.DisposeContext(context, null);
        };
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Nothing is held.
    }
}
