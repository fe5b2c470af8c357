using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Testing.Tests;

/// <summary>A receiver of webhooks on a free port that keeps what it gets.</summary>
internal sealed class WebhookCatcher : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Caught> caught = new();

    private WebhookCatcher()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(CatchAsync);
    }

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    public Uri Url => new(new Uri(app.Urls.First()), "/hook");

    public IReadOnlyList<Caught> All => [.. caught];

    public IReadOnlyList<string> Types => [.. caught.Select(one => (string)one.Document["type"]!)];

    public static async Task<WebhookCatcher> StartAsync()
    {
        var catcher = new WebhookCatcher();
        await catcher.app.StartAsync();
        return catcher;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task CatchAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        caught.Enqueue(new Caught(body.ToArray(), context.Request.Headers["Stripe-Signature"].ToString()));
        context.Response.StatusCode = (int)Answer;
    }

    internal sealed record Caught(byte[] Body, string Signature)
    {
        public JsonNode Document => JsonNode.Parse(Body)!;
    }
}
