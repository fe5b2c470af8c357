using System.Net;
using System.Text;
using Licenzy.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>An application on a free port that takes webhooks, and a sender of them.</summary>
public sealed class WebhookApp : IAsyncDisposable
{
    public const string Path = "/licenzy/webhooks";
    public const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    public const string OtherSecret = "whsec_Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    public static readonly DateTimeOffset Now = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private WebhookApp(WebApplication app)
    {
        _app = app;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address => _http.BaseAddress!;

    public IServiceProvider Services => _app.Services;

    public static async Task<WebhookApp> StartAsync(
        Action<LicenzyWebhooksBuilder> handlers, Action<WebApplication>? map = null, Action<WebApplicationBuilder>? before = null, bool withSecret = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<TimeProvider>(new SkippingClock { Now = Now });
        if (withSecret)
            builder.Configuration.AddInMemoryCollection([new("Licenzy:Webhooks:Secret", Secret)]);
        before?.Invoke(builder);
        handlers(builder.Services.AddLicenzyWebhooks());
        var app = builder.Build();
        try
        {
            (map ?? (static app => app.MapLicenzyWebhooks()))(app);
            await app.StartAsync();
            return new WebhookApp(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public static string Event(string id = "evt_1", string type = "entitlement.expired") =>
        $$$"""{"id":"{{{id}}}","type":"{{{type}}}","timestamp":"2031-01-01T00:00:00Z","data":{"sequence":7,"subject_ref":"user_123","workspace_id":"ws_1","mode":"test","source":"clock"}}""";

    /// <summary>Sends an event as Licenzy does.</summary>
    public Task<Seen> SendAsync(string id = "evt_1", string type = "entitlement.expired", string secret = Secret, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(Event(id, type)), id, secret, cancellationToken: cancellationToken);

    /// <summary>Sends bytes, signed as Licenzy signs, and what a forger changes of it.</summary>
    public Task<Seen> SendAsync(
        byte[] body, string id = "evt_1", string secret = Secret, DateTimeOffset? at = null, Action<HttpRequestMessage>? forge = null, CancellationToken cancellationToken = default)
    {
        var sent = at ?? Now;
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{sent.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secret, id, sent, body));
        forge?.Invoke(request);
        return SendAsync(request, cancellationToken);
    }

    public async Task<Seen> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return new Seen((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), response.Headers, response.Content.Headers.ContentType?.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
