using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Licenzy.Webhooks;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>What outlives every process: a database, its keys, and the Stripe it is connected to.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const long PackUnits = 100;
    private const int SalesOfRound = 8;

    private readonly EngineDatabase _database;
    private readonly StripeDouble _stripe;
    private readonly string _data = Directory.CreateTempSubdirectory("licenzy-killed-").FullName;
    private readonly Dictionary<string, string> _settings;
    private string _hook = "";

    private Shop(EngineDatabase database, StripeDouble stripe)
    {
        (_database, _stripe) = (database, stripe);
        _settings = new Dictionary<string, string>
        {
            ["Licenzy__Database"] = database.ConnectionString,
            ["Licenzy__EncryptionKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Licenzy__RateLimiting__PermitsPerSecond"] = "0",
            ["Licenzy__Stripe__ApiBase"] = stripe.BaseAddress.ToString(),
            // What is announced stays where it can be counted.
            ["Licenzy__OutboundWebhooks__Enabled"] = "false",
            ["Logging__LogLevel__Default"] = "Warning",
            // No process lives long enough to be repaid for compiling its busy methods once more: a sixth of the run's time.
            ["DOTNET_TC_CallCounting"] = "0",
        };
    }

    public EngineDatabase Database => _database;

    public string TestKey => Key("Runtime key");

    public string AdminKey => Key("Admin key");

    public static async Task<Shop> OpenAsync(Engine engine)
    {
        var database = await EngineDatabase.CreateAsync(engine);
        return new Shop(database, await StripeDouble.StartAsync());
    }

    /// <summary>Starts a server on the database.</summary>
    public Task<Replica> StartAsync() => Replica.StartAsync(_settings, _data);

    /// <summary>Something to sell, and a Stripe to sell it with.</summary>
    public async Task SetUpAsync(Replica replica)
    {
        _stripe.AddPrice("price_pack", 1500);
        using var portal = replica.With(AdminKey);
        await MadeAsync(() => portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PACK", ["name"] = "Pack", ["kind"] = "usage_pack", ["stripe_price_id"] = "price_pack", ["units"] = PackUnits,
        }));
        var connection = await MadeAsync(() => portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject
        {
            ["mode"] = "test", ["secret_key"] = _stripe.SecretKey, ["webhook_secret"] = _stripe.WebhookSecret,
        }));
        _hook = new Uri((string)connection["webhook_url"]!).PathAndQuery;
        await MadeAsync(() => portal.SendAsync(HttpMethod.Put, "/portal/webhooks/endpoint?mode=test", new JsonObject
        {
            ["url"] = "https://192.88.98.1/licenzy", ["event_types"] = new JsonArray(WebhookEventTypes.UsageConsumed, WebhookEventTypes.PurchaseFinalized),
        }));
    }

    /// <summary>New subjects with units, one of them with few; and packs that were bought for the others.</summary>
    public async Task<Round> BeginAsync(int number, Replica replica)
    {
        using var portal = replica.With(AdminKey);
        using var app = replica.With(TestKey);
        var granted = new Dictionary<string, long> { [$"round{number:00000}_a"] = 500, [$"round{number:00000}_b"] = 500, [$"round{number:00000}_few"] = 40 };
        var buyers = granted.Keys.Take(2).ToArray();
        var grants = granted.Select(one => MadeAsync(() => portal.PostAsync(
            $"/portal/customers/{one.Key}/grants", new JsonObject { ["product_code"] = "PACK", ["units"] = one.Value, ["reason"] = "a test" }, one.Key)));
        var sales = Enumerable.Range(0, SalesOfRound).Select(n => SellAsync(app, buyers[n % buyers.Length]));
        await Task.WhenAll(grants);
        return new Round(granted, new ConcurrentQueue<Delivery>(await Task.WhenAll(sales)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stripe.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    // Paid by hand: the double's own list of events stays empty, so that a start that catches up on it heals nothing that was lost.
    private async Task<Delivery> SellAsync(Wire app, string subject)
    {
        var key = Wire.NewKey();
        var attempt = await MadeAsync(() => app.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = subject, ["product_code"] = "PACK" }, key));
        var session = _stripe.Sessions.Single(one => one.Url == (string)attempt["checkout_url"]!);
        var paid = session with { Status = "complete", PaymentStatus = "paid", Url = null, PaymentIntent = $"pi_{session.Id}" };
        return new Delivery(subject, paid, _hook, _stripe.WebhookSecret);
    }

    private static async Task<JsonNode> MadeAsync(Func<Task<Answer>> ask)
    {
        var answer = await Wire.PatientlyAsync(ask);
        Assert.That(answer.Status, Is.AnyOf(200, 201), answer.Text);
        return answer.Json;
    }

    private string Key(string name) =>
        File.ReadAllLines(Path.Combine(_data, "first-run.txt")).Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(": ")[1];
}
