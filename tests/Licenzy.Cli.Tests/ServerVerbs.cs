using Licenzy.Server;
using Licenzy.Testing;

namespace Licenzy.Cli.Tests;

/// <summary>A server and a Stripe double of a test's own, with the environment that the verbs read.</summary>
public sealed class ServerVerbs : IAsyncDisposable
{
    private readonly LicenzyTestServer _server;

    private ServerVerbs(LicenzyTestServer server, StripeDouble stripe) => (_server, Stripe) = (server, stripe);

    public StripeDouble Stripe { get; }

    public static async Task<ServerVerbs> StartAsync(string? database = null, Action<LicenzyServerOptions>? configure = null)
    {
        var stripe = await StripeDouble.StartAsync(new StripeDoubleOptions());
        var options = new LicenzyTestServerOptions { StripeApiBase = stripe.BaseAddress, Database = database, Configure = configure };
        return new ServerVerbs(await LicenzyTestServer.StartAsync(options), stripe);
    }

    public LicenzyClient Client() => LicenzyClient.Create(new LicenzyClientOptions { BaseAddress = _server.BaseAddress, ApiKey = _server.TestKey });

    public Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    public Task<(int ExitCode, string Output)> RunWithAsync(Dictionary<string, string> more, params string[] arguments) => Tool.RunAsync(
        new Dictionary<string, string>(more) { ["LICENZY_URL"] = _server.BaseAddress.ToString(), ["LICENZY_ADMIN_KEY"] = _server.AdminKey }, arguments);

    /// <summary>Runs a verb that must succeed.</summary>
    public async Task<string> SayAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    public LicenzyPortalClient Portal(string? workspace = null) => LicenzyPortalClient.Create(
        new LicenzyPortalClientOptions { BaseAddress = _server.BaseAddress, AdminKey = _server.AdminKey, Workspace = workspace });

    /// <summary>Starts a purchase; where to pay.</summary>
    public async Task<string> BuyAsync(string subject, string product)
    {
        using var client = LicenzyClient.Create(new LicenzyClientOptions { BaseAddress = _server.BaseAddress, ApiKey = _server.TestKey });
        return (await client.CreateCheckoutAsync(new Checkout.CreateCheckoutRequest { SubjectRef = subject, ProductCode = product })).CheckoutUrl;
    }

    /// <summary>Whether a runtime key opens the API.</summary>
    public async Task<int> StatusAsync(string key)
    {
        using var http = _server.CreateClient(key);
        using var answer = await http.GetAsync(new Uri("/v1/customer/access/user_1", UriKind.Relative));
        return (int)answer.StatusCode;
    }

    /// <summary>A subscription that another program sold, at the same Stripe account.</summary>
    public async Task<string> SubscribeElsewhereAsync(string price, string userId)
    {
        using var http = new HttpClient { BaseAddress = Stripe.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Stripe.SecretKey);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["mode"] = "subscription", ["success_url"] = "https://shop.example/thanks", ["line_items[0][price]"] = price, ["line_items[0][quantity]"] = "1",
            ["subscription_data[metadata][user_id]"] = userId,
        });
        using var made = await http.PostAsync(new Uri("/v1/checkout/sessions", UriKind.Relative), form);
        made.EnsureSuccessStatusCode();
        return (await Stripe.PayAsync((string)System.Text.Json.Nodes.JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!)).Subscription!;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Stripe.DisposeAsync();
    }
}
