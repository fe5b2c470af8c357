using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Licenzy.AspNetCore;
using Licenzy.Usage;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>An application as a customer of ours has one, on a free port. It knows nothing of a fake but what a test puts into it.</summary>
internal sealed class GatedApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private GatedApp(WebApplication app) => (_app, _http) = (app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

    public IServiceProvider Services => _app.Services;

    /// <param name="before">What a test registers before the application's own services.</param>
    /// <param name="after">What it registers after them.</param>
    public static async Task<GatedApp> StartAsync(Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        before?.Invoke(builder.Services);
        // No address and no key: a test has neither, and the real client would refuse to start.
        builder.Services.AddLicenzyClient(static _ => { });
        builder.Services.AddLicenzyGating(options => options.SubjectFrom = context => context.Request.Headers["X-User"]);
        after?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapGet("/articles", [RequireEntitlement] () => "in");
        app.MapGet("/reports", () => "in").RequireEntitlement("PRO");
        app.MapGet("/export", () => "in").RequireEntitlement("export");
        app.MapPost("/renders", async (HttpContext context, ILicenzyClient licenzy) =>
        {
            var subject = context.Features.Get<EntitlementDecision>()!.SubjectRef!;
            try
            {
                return Results.Ok((await licenzy.ConsumeUsageAsync(new ConsumeUsageRequest { SubjectRef = subject, Units = 1 })).UsageRemaining);
            }
            catch (LicenzyApiException refused) when (refused.Code == ErrorCodes.InsufficientUsage)
            {
                return Results.StatusCode(StatusCodes.Status402PaymentRequired);
            }
        }).RequireEntitlement();
        await app.StartAsync();
        return new GatedApp(app);
    }

    public Task<int> GetAsync(string path, string subject) => SendAsync(HttpMethod.Get, path, subject);

    public Task<int> PostAsync(string path, string subject) => SendAsync(HttpMethod.Post, path, subject);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<int> SendAsync(HttpMethod method, string path, string subject)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-User", subject);
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
