using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Http;

/// <summary>A server on one engine, a Stripe double that sends its events to it, and a clock both share.</summary>
public abstract class ServerFixture(Engine engine)
{
    private int _subjects;

    protected Engine Engine { get; } = engine;

    protected static DateTimeOffset Start { get; } = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    protected ManualTimeProvider Clock { get; } = new(Start);

    protected EngineDatabase Database { get; private set; } = null!;

    protected StripeDouble Stripe { get; private set; } = null!;

    protected LicenzyTestServer Server { get; private set; } = null!;

    protected Wire Runtime { get; private set; } = null!;

    protected Wire Live { get; private set; } = null!;

    protected Wire Portal { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        Database = await EngineDatabase.CreateAsync(Engine);
        Stripe = await StripeDouble.StartAsync(new StripeDoubleOptions { TimeProvider = Clock });
        Server = await LicenzyTestServer.StartAsync(Options());
        Runtime = new Wire(Server.CreateClient(Server.TestKey));
        Live = new Wire(Server.CreateClient(Server.LiveKey));
        Portal = new Wire(Server.CreateClient(Server.AdminKey));
        await SetUpShopAsync();
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        Runtime?.Dispose();
        Live?.Dispose();
        Portal?.Dispose();
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Stripe?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    protected virtual LicenzyTestServerOptions Options() => new()
    {
        Database = Database.ConnectionString,
        TimeProvider = Clock,
        StripeApiBase = Stripe.BaseAddress,
    };

    /// <summary>A customer nobody has seen before.</summary>
    protected string NewSubject() => $"user_{Interlocked.Increment(ref _subjects)}";

    /// <summary>Starts a purchase and returns the session's address.</summary>
    protected async Task<Started> CheckoutAsync(string subjectRef, string product, long? quantity = null)
    {
        var body = new JsonObject { ["subject_ref"] = subjectRef, ["product_code"] = product };
        if (quantity is not null)
        {
            body["quantity"] = quantity;
        }

        var answer = await Runtime.PostAsync("/v1/checkout/session", body, key: Wire.NewKey());
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return new Started((string)answer.Json["attempt_id"]!, (string)answer.Json["checkout_url"]!);
    }

    protected async Task<bool> AllowedAsync(string subjectRef) =>
        (bool)(await Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subjectRef })).Json["allowed"]!;

    protected async Task<JsonNode> SummaryAsync(string subjectRef)
    {
        var answer = await Runtime.GetAsync($"/v1/customer/access/{Uri.EscapeDataString(subjectRef)}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    protected Task<Answer> ConsumeAsync(string subjectRef, long units, string? key = null) =>
        Runtime.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = subjectRef, ["units"] = units }, key ?? Wire.NewKey());

    protected Task<Answer> GrantAsync(string subjectRef, string product, JsonObject? more = null)
    {
        var body = more ?? [];
        body["product_code"] = product;
        body["reason"] = "a test";
        return Portal.PostAsync($"/portal/customers/{Uri.EscapeDataString(subjectRef)}/grants", body);
    }

    private async Task SetUpShopAsync()
    {
        Stripe.AddPrice("price_pro", 2000, recurring: true);
        Stripe.AddPrice("price_proplus", 5000, recurring: true);
        Stripe.AddPrice("price_pass30", 900);
        Stripe.AddPrice("price_pack1000", 1500);
        await CreatedAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PRO", ["name"] = "Pro", ["kind"] = "subscription", ["stripe_price_id"] = "price_pro",
        });
        await CreatedAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PROPLUS", ["name"] = "Pro plus", ["kind"] = "subscription", ["stripe_price_id"] = "price_proplus", ["units"] = 100,
        });
        await CreatedAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PASS30", ["name"] = "30 days", ["kind"] = "time_pass", ["stripe_price_id"] = "price_pass30", ["duration_days"] = 30,
        });
        await CreatedAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PACK1000", ["name"] = "1,000 units", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pack1000", ["units"] = 1000,
        });
        var connection = await Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = "test", ["secret_key"] = Stripe.SecretKey, ["webhook_secret"] = Stripe.WebhookSecret,
        });
        Assert.That(connection.Status, Is.EqualTo(200), connection.Text);
        Stripe.SendEventsTo(new Uri((string)connection.Json["webhook_url"]!));
    }

    private async Task CreatedAsync(string path, JsonObject body)
    {
        var answer = await Portal.PostAsync(path, body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }

    protected sealed record Started(string AttemptId, string Url);
}
