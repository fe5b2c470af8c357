using Licenzy.Portal;
using Licenzy.Server;
using Licenzy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Licenzy.Cli.Demo;

/// <summary>All that a purchase needs, on free ports of this machine: the server on SQLite, Stripe's double, and an API with gated routes.</summary>
internal sealed class DemoShop : IAsyncDisposable
{
    private readonly LicenzyPortalClient _portal;

    private DemoShop(StripeDouble stripe, LicenzyTestServer server, WebApplication api)
    {
        (Stripe, Server, Api) = (stripe, server, api);
        Client = LicenzyClient.Create(new LicenzyClientOptions { BaseAddress = server.BaseAddress, ApiKey = server.TestKey });
        _portal = LicenzyPortalClient.Create(new LicenzyPortalClientOptions { BaseAddress = server.BaseAddress, AdminKey = server.AdminKey });
    }

    public StripeDouble Stripe { get; }

    public LicenzyTestServer Server { get; }

    public WebApplication Api { get; }

    public LicenzyClient Client { get; }

    public Uri ApiAddress => new(Api.Urls.First());

    public static async Task<DemoShop> OpenAsync(CancellationToken cancellationToken)
    {
        var stripe = await StripeDouble.StartAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var server = await LicenzyTestServer.StartAsync(
            new LicenzyTestServerOptions { StripeApiBase = stripe.BaseAddress, Configure = TakeLoopbackEndpoints }, cancellationToken).ConfigureAwait(false);
        var api = GatedApi(server);
        await api.StartAsync(cancellationToken).ConfigureAwait(false);
        var shop = new DemoShop(stripe, server, api);
        await shop.StockAsync(cancellationToken).ConfigureAwait(false);
        return shop;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _portal.Dispose();
        await Api.DisposeAsync().ConfigureAwait(false);
        await Server.DisposeAsync().ConfigureAwait(false);
        await Stripe.DisposeAsync().ConfigureAwait(false);
    }

    // What an operator does once: products at Stripe and here, and the connection between the two.
    private async Task StockAsync(CancellationToken cancellationToken)
    {
        Stripe.AddPrice("price_pro", 2000, recurring: true, productName: "Pro, monthly");
        Stripe.AddPrice("price_team", 9000, recurring: true, productName: "Team, monthly");
        Stripe.AddPrice("price_pack100", 500, productName: "100 units");
        // Sold by nobody yet: for whoever tries to make a product.
        Stripe.AddPrice("price_basic", 700, recurring: true, productName: "Basic, monthly");
        foreach (var product in new[]
        {
            new CreateProductRequest { Mode = "test", ProductCode = "PRO", Name = "Pro, monthly", Kind = "subscription", StripePriceId = "price_pro" },
            new CreateProductRequest { Mode = "test", ProductCode = "TEAM", Name = "Team, monthly", Kind = "subscription", StripePriceId = "price_team" },
            new CreateProductRequest { Mode = "test", ProductCode = "PACK100", Name = "100 units", Kind = "usage_pack", StripePriceId = "price_pack100", Units = 100 },
        })
        {
            await _portal.CreateProductAsync(product, cancellationToken).ConfigureAwait(false);
        }

        var connection = await _portal.ConnectStripeAsync(
            new ConnectStripeRequest { Mode = "test", SecretKey = Stripe.SecretKey, WebhookSecret = Stripe.WebhookSecret }, cancellationToken).ConfigureAwait(false);
        Stripe.SendEventsTo(new Uri(connection.WebhookUrl!));
    }

    // Whoever tries webhooks here has the receiver on this machine too.
    private static void TakeLoopbackEndpoints(LicenzyServerOptions options)
    {
        options.OutboundWebhooks.AllowHttp = true;
        options.OutboundWebhooks.AllowedPrivateNetworks.Add("127.0.0.0/8");
        options.OutboundWebhooks.AllowedPrivateNetworks.Add("::1");
    }

    private static WebApplication GatedApi(LicenzyTestServer server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddLicenzyClient(options => (options.BaseAddress, options.ApiKey) = (server.BaseAddress, server.TestKey));
        // A demo has no sign-in: anybody may write this header. A real API leaves it alone and the subject is the signed-in user.
        builder.Services.AddLicenzyGating(options => options.SubjectFrom = context => context.Request.Headers["X-User"]);

        var app = builder.Build();
        app.MapGet("/reports", () => "This month's report.").RequireEntitlement("PRO");
        app.MapGet("/team", () => "The team's room.").RequireEntitlement("TEAM");
        return app;
    }
}
