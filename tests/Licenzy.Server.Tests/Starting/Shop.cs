using System.Text.Json.Nodes;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Starting;

/// <summary>A server that can be stopped and started again on the same database and folder, with a Stripe double beside it.</summary>
public sealed class Shop : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("licenzy-shop-");

    private Shop(EngineDatabase database, StripeDouble stripe, ManualTimeProvider clock)
    {
        (Database, Stripe, Clock) = (database, stripe, clock);
        Options = new LicenzyTestServerOptions
        {
            Database = database.ConnectionString, DataDirectory = _folder.FullName, TimeProvider = clock, StripeApiBase = stripe.BaseAddress,
        };
    }

    public static DateTimeOffset Opening { get; } = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    public EngineDatabase Database { get; }

    public StripeDouble Stripe { get; }

    public ManualTimeProvider Clock { get; }

    public LicenzyTestServerOptions Options { get; }

    public string Folder => _folder.FullName;

    public LicenzyTestServer Server { get; private set; } = null!;

    public Wire Runtime { get; private set; } = null!;

    public Wire Portal { get; private set; } = null!;

    public Uri WebhookUrl => new(Server.BaseAddress, "/v1/webhooks/stripe/tenant");

    internal Db Db => Server.Services.GetRequiredService<Db>();

    public static async Task<Shop> OpenAsync(Engine engine, Action<LicenzyTestServerOptions>? configure = null)
    {
        var clock = new ManualTimeProvider(Opening);
        var database = await EngineDatabase.CreateAsync(engine);
        var shop = new Shop(database, await StripeDouble.StartAsync(new StripeDoubleOptions { TimeProvider = clock }), clock);
        configure?.Invoke(shop.Options);
        await shop.StartAsync();
        return shop;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Enters the double's secrets, as an operator does.</summary>
    public async Task<Answer> ConnectAsync()
    {
        var answer = await Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = "test", ["secret_key"] = Stripe.SecretKey, ["webhook_secret"] = Stripe.WebhookSecret,
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer;
    }

    public async Task<Answer> SellAsync(string code, string kind, string price, JsonObject? more = null)
    {
        Stripe.AddPrice(price, 2000, recurring: kind == "subscription");
        var body = more ?? [];
        (body["mode"], body["product_code"], body["name"], body["kind"], body["stripe_price_id"]) = ("test", code, code, kind, price);
        var answer = await Portal.PostAsync("/portal/products", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer;
    }

    public async Task<Answer> CheckoutAsync(string subject, string product, JsonObject? more = null)
    {
        var body = more ?? [];
        (body["subject_ref"], body["product_code"]) = (subject, product);
        var answer = await Runtime.PostAsync("/v1/checkout/session", body, Wire.NewKey());
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer;
    }

    public Task<Answer> AccessAsync(string subject) => Runtime.GetAsync($"/v1/customer/access/{Uri.EscapeDataString(subject)}");

    public Task<long> CountAsync(string table) =>
        Db.ReadAsync(session => session.FindAsync<long>($"select count(*) from {table}"), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Stripe.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Starts the server again.</summary>
    public async Task StartAsync()
    {
        Server = await LicenzyTestServer.StartAsync(Options);
        (Runtime, Portal) = (new Wire(Server.CreateClient(Server.TestKey)), new Wire(Server.CreateClient(Server.AdminKey)));
        Stripe.SendEventsTo(WebhookUrl);
    }

    /// <summary>Stops the server; everything else stays.</summary>
    public async Task StopAsync()
    {
        Runtime.Dispose();
        Portal.Dispose();
        await Server.DisposeAsync();
    }
}
