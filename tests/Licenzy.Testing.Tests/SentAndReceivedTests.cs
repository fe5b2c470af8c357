using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Licenzy.Portal;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Testing.Tests;

/// <summary>A real server sends, a real application receives: what each end is tested for alone must fit together.</summary>
public sealed class SentAndReceivedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<WebhookEvent> _handled = new();
    private readonly Channel<int> _answered = Channel.CreateUnbounded<int>();

    // What becomes of an answer on its way back.
    private Action<HttpContext> _onTheWay = _ => { };

    private WebApplication _app = null!;
    private LicenzyTestServer _server = null!;
    private ServiceProvider _services = null!;

    private ILicenzyWebhooks Webhooks => _services.GetRequiredService<ILicenzyClient>().Webhooks;

    [SetUp]
    public async Task Start()
    {
        _handled.Clear();
        _onTheWay = _ => { };
        _server = await LicenzyTestServer.StartAsync(new()
        {
            Configure = server =>
            {
                server.OutboundWebhooks.AllowHttp = true;
                server.OutboundWebhooks.AllowedPrivateNetworks.Add("127.0.0.1");
            },
        });
        _services = new ServiceCollection()
            .AddLicenzyClient(options => (options.BaseAddress, options.ApiKey) = (_server.BaseAddress, _server.TestKey)).Services
            .BuildServiceProvider();
        await StartAppAsync();
        var endpoint = await Webhooks.SetEndpointAsync(new() { Url = _app.Urls.Single() + "/licenzy/webhooks", EventTypes = [WebhookEventTypes.EntitlementUpdated] });
        _app.Configuration["Licenzy:Webhooks:Secret"] = endpoint.Secret;
        ((IConfigurationRoot)_app.Configuration).Reload();
    }

    [TearDown]
    public async Task Stop()
    {
        await _app.DisposeAsync();
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_grant_reaches_the_application_once_however_often_it_is_sent()
    {
        await GrantAsync();
        Assert.That(await AnswerAsync(), Is.EqualTo(204));
        var sent = (await Webhooks.ListDeliveriesAsync(new())).Data.Single();
        foreach (var again in new[] { sent.Id, sent.Id })
        {
            var resent = await Webhooks.ResendAsync(again);
            Assert.That((await AnswerAsync(), resent.EventId), Is.EqualTo((204, sent.EventId)));
        }

        var told = _handled.Single();
        Assert.That((told.Id, told.Type, told.Data.SubjectRef, told.Data.ProductCode, told.Data.Reason), Is.EqualTo((sent.EventId, "entitlement.updated", "user_1", "PACK", "manual_grant")));
    }

    [Test]
    public async Task An_acknowledgement_that_is_lost_brings_the_event_again_and_it_is_not_handled_twice()
    {
        _onTheWay = context =>
        {
            _onTheWay = _ => { };
            context.Abort();
        };
        await GrantAsync();
        Assert.That(await AnswerAsync(), Is.EqualTo(204));

        // Of itself it comes five seconds or so later.
        Assert.That(await AnswerAsync(), Is.EqualTo(204));
        Assert.That(_handled, Has.Count.EqualTo(1));
        var attempts = (await Webhooks.GetDeliveryAsync((await Webhooks.ListDeliveriesAsync(new())).Data.Single().Id)).AttemptLog!;
        Assert.That(attempts[0].Error, Is.EqualTo("connection_lost"));
    }

    [Test]
    public async Task What_another_secret_signed_is_not_handled()
    {
        _app.Configuration["Licenzy:Webhooks:Secret"] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        ((IConfigurationRoot)_app.Configuration).Reload();
        await GrantAsync();

        Assert.That(await AnswerAsync(), Is.EqualTo(400));
        Assert.That(_handled, Is.Empty);
    }

    private async Task StartAppAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        // The endpoint's own comes when it is saved.
        builder.Configuration.AddInMemoryCollection([new("Licenzy:Webhooks:Secret", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]);
        builder.Services.AddLicenzyWebhooks().OnAny((received, _, _) =>
        {
            _handled.Enqueue(received);
            return Task.CompletedTask;
        });
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            await next(context);
            _onTheWay(context);
            _answered.Writer.TryWrite(context.Response.StatusCode);
        });
        _app.MapLicenzyWebhooks();
        await _app.StartAsync();
    }

    private async Task<int> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _answered.Reader.ReadAsync(patience.Token);
    }

    private async Task GrantAsync()
    {
        using var portal = LicenzyPortalClient.Create(new() { BaseAddress = _server.BaseAddress, AdminKey = _server.AdminKey });
        await portal.CreateProductAsync(new() { Mode = "test", ProductCode = "PACK", Name = "Units", Kind = "usage_pack", StripePriceId = "price_pack", Units = 10 });
        await portal.GrantAsync("user_1", "test", new GrantRequest { ProductCode = "PACK", Reason = "a test" });
    }
}
