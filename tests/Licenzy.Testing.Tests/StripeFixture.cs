using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Licenzy.Testing.Tests;

/// <summary>A double with prices, a client with its key, and somebody who listens: new for each test.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class StripeFixture
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    internal StripeDouble Stripe { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    internal WebhookCatcher Hooks { get; private set; } = null!;

    internal ManualTime Time { get; } = new(Start);

    [SetUp]
    public async Task StartAsync()
    {
        Stripe = await StripeDouble.StartAsync(new StripeDoubleOptions { TimeProvider = Time });
        Stripe.AddPrice("price_month", 2000, recurring: true, productName: "Pro <plan>");
        Stripe.AddPrice("price_year", 20000, recurring: true, interval: "year");
        Stripe.AddPrice("price_once", 500, productName: "Pass");
        Stripe.AddPrice("price_free", 0);
        Stripe.AddPrice("price_cent", 1);
        Stripe.AddPrice("price_eur", 500, "eur");
        Stripe.AddPrice("price_old", 500, active: false);
        Hooks = await WebhookCatcher.StartAsync();
        Stripe.SendEventsTo(Hooks.Url);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Stripe.BaseAddress };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Stripe.SecretKey);
    }

    [TearDown]
    public async Task StopAsync()
    {
        Client.Dispose();
        await Hooks.DisposeAsync();
        await Stripe.DisposeAsync();
    }

    internal static Dictionary<string, string> Payment(params (string Name, string Value)[] more) => Fields("payment", "price_once", more);

    internal static Dictionary<string, string> Subscription(params (string Name, string Value)[] more) => Fields("subscription", "price_month", more);

    internal async Task<Answer> PostAsync(Dictionary<string, string> fields, string? key = null, string path = "/v1/checkout/sessions")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await SendAsync(request);
    }

    internal async Task<Answer> GetAsync(string path, string? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (version is not null)
            request.Headers.Add("Stripe-Version", version);
        return await SendAsync(request);
    }

    internal async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text, JsonNode.Parse(text)!, response.Headers);
    }

    internal async Task<string> OpenAsync(Dictionary<string, string> fields)
    {
        var answer = await PostAsync(fields);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return (string)answer.Json["id"]!;
    }

    internal async Task<string> SubscribeAsync(params (string Name, string Value)[] more)
    {
        var paid = await Stripe.PayAsync(await OpenAsync(Subscription(more)));
        return paid.Subscription!;
    }

    private static Dictionary<string, string> Fields(string mode, string price, (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["mode"] = mode,
            ["success_url"] = "https://shop.example/ok?session={CHECKOUT_SESSION_ID}",
            ["cancel_url"] = "https://shop.example/cart",
            ["line_items[0][price]"] = price,
            ["line_items[0][quantity]"] = "1",
        };
        foreach (var (name, value) in more)
        {
            // A leading minus takes a field away.
            if (name.StartsWith('-'))
                fields.Remove(name[1..]);
            else
                fields[name] = value;
        }

        return fields;
    }

    internal sealed record Answer(int Status, string Text, JsonNode Json, HttpResponseHeaders Headers)
    {
        public string? Error(string member) => (string?)Json["error"]![member];
    }
}
