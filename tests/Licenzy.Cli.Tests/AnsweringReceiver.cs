using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Licenzy.Cli.Tests;

/// <summary>An endpoint of somebody's application, on this machine.</summary>
internal sealed class AnsweringReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AnsweringReceiver(WebApplication app) => _app = app;

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    public string Url => $"{_app.Urls.First()}/licenzy/webhooks";

    public static async Task<AnsweringReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new AnsweringReceiver(builder.Build());
        receiver._app.MapPost("/licenzy/webhooks", () => Results.StatusCode(receiver.Status));
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
