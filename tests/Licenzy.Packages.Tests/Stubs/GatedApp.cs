using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Licenzy.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>An answer of the application under test.</summary>
public sealed record Seen(int Status, string Body, System.Net.Http.Headers.HttpResponseHeaders Headers, string? ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>An application on a free port with gates that ask a <see cref="LicenzyDouble"/>; its subject is the header <c>X-User</c> unless the test says otherwise.</summary>
public sealed class GatedApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private GatedApp(Stub licenzy, WebApplication app)
    {
        (Licenzy, _app) = (licenzy, app);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
    }

    public Stub Licenzy { get; }

    public Uri Address => new(_app.Urls.Single());

    public static readonly Action<LicenzyGatingOptions> FromHeader = options => options.SubjectFrom = context => context.Request.Headers["X-User"];

    public static async Task<GatedApp> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder>? before = null, Action<LicenzyGatingOptions>? gating = null, bool withGating = true)
    {
        var licenzy = await LicenzyDouble.StartAsync();
        var builder = BuilderFor(licenzy);
        before?.Invoke(builder);
        if (withGating)
            builder.Services.AddLicenzyGating(gating ?? FromHeader);
        var app = builder.Build();
        try
        {
            map(app);
            await app.StartAsync();
            return new GatedApp(licenzy, app);
        }
        catch
        {
            await app.DisposeAsync();
            await licenzy.DisposeAsync();
            throw;
        }
    }

    public static WebApplicationBuilder BuilderFor(Stub licenzy)
    {
        // Production, so that no exception page answers for the pipeline.
        var builder = WebApplication.CreateEmptyBuilder(new() { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        builder.Services.AddLicenzyClient(options =>
            (options.BaseAddress, options.ApiKey, options.MaxRetries) = (licenzy.Address, Clients.Key, 0));
        return builder;
    }

    public async Task<Seen> GetAsync(string path, string? subject = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (subject is not null)
            request.Headers.Add("X-User", subject);
        using var response = await _http.SendAsync(request);
        return new Seen((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await Licenzy.DisposeAsync();
    }
}
