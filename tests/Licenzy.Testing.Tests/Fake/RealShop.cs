using System.Net.Http.Headers;
using Licenzy.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Testing.Tests.Fake;

/// <summary>A real server with the real client before it, which the fake is measured against. All of it goes by one clock.</summary>
internal sealed class RealShop : IAsyncDisposable
{
    private readonly StripeDouble _stripe;
    private readonly LicenzyTestServer _server;
    private readonly LicenzyPortalClient _portal;
    private readonly ServiceProvider _services;
    private readonly HttpClient _hook = new();

    private RealShop(ManualTimeProvider clock, StripeDouble stripe, LicenzyTestServer server)
    {
        (Clock, _stripe, _server) = (clock, stripe, server);
        _portal = LicenzyPortalClient.Create(new() { BaseAddress = server.BaseAddress, AdminKey = server.AdminKey });
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLicenzyClient(options => (options.BaseAddress, options.ApiKey, options.MaxRetries) = (server.BaseAddress, server.TestKey, 0))
            .AddHttpMessageHandler(() => new DatedBy(clock));
        _services = services.BuildServiceProvider();
        Client = _services.GetRequiredService<ILicenzyClient>();
    }

    public static DateTimeOffset Start { get; } = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    public ManualTimeProvider Clock { get; }

    public ILicenzyClient Client { get; }

    public static async Task<RealShop> OpenAsync()
    {
        var clock = new ManualTimeProvider(Start);
        var stripe = await StripeDouble.StartAsync(new() { TimeProvider = clock });
        var server = await LicenzyTestServer.StartAsync(new() { TimeProvider = clock, StripeApiBase = stripe.BaseAddress });
        var shop = new RealShop(clock, stripe, server);
        await shop.StockAsync();
        return shop;
    }

    public Task GiveAsync(string subject, string product, long? units = null, DateTimeOffset? until = null) =>
        _portal.GrantAsync(subject, "test", new GrantRequest { ProductCode = product, Units = units, ExpiresAt = until, Reason = "a test" });

    public async Task BuyAsync(string subject, string product, long quantity = 1) =>
        await _stripe.PayAsync((await Client.CreateCheckoutAsync(new() { SubjectRef = subject, ProductCode = product, Quantity = quantity })).CheckoutUrl);

    /// <summary>Buys, and then the money is paid back, or the payer's bank asks for it.</summary>
    public async Task BuyAndLoseAsync(string subject, string product, bool isDispute)
    {
        var session = await _stripe.PayAsync((await Client.CreateCheckoutAsync(new() { SubjectRef = subject, ProductCode = product })).CheckoutUrl);
        var paid = session.PaymentIntent ?? session.Subscription!;
        await (isDispute ? _stripe.DisputeAsync(paid) : (Task)_stripe.RefundAsync(paid));
    }

    /// <summary>A subscription that a checkout of ours made, in whatever state: Stripe's event says so.</summary>
    public async Task SubscribeAsync(string subject, string product, Func<StripeSubscription, StripeSubscription> state)
    {
        var attempt = await Client.CreateCheckoutAsync(new() { SubjectRef = subject, ProductCode = product });
        var now = Clock.GetUtcNow();
        var subscription = state(new StripeSubscription
        {
            Items = [new StripeLineItem(new StripePrice($"price_{product}", 2000) { Interval = "month" })],
            Metadata = new Dictionary<string, string> { ["licenzy_attempt_id"] = attempt.AttemptId },
            Created = now, PeriodStart = now, PeriodEnd = now.AddMonths(1),
        });
        var told = subscription.Status == "canceled"
            ? StripeEvents.SubscriptionDeleted(subscription, new() { Created = now })
            : StripeEvents.SubscriptionUpdated(subscription, options: new() { Created = now });
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(told.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add("Stripe-Signature", StripeSignature.Sign(await content.ReadAsByteArrayAsync(), _stripe.WebhookSecret, now));
        using var answer = await _hook.PostAsync(new Uri((await _portal.GetStripeConnectionsAsync()).Data[0].WebhookUrl!), content);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }

    public async ValueTask DisposeAsync()
    {
        _hook.Dispose();
        _portal.Dispose();
        await _services.DisposeAsync();
        await _server.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    private async Task StockAsync()
    {
        (string Code, string Kind, long? Units, long? Days)[] products =
        [
            ("PRO", "subscription", null, null), ("PROPLUS", "subscription", 100, null), ("PASS30", "time_pass", null, 30),
            ("PACK100", "usage_pack", 100, null), ("PACK10D", "usage_pack", 100, 10),
        ];
        foreach (var (code, kind, units, days) in products)
        {
            _stripe.AddPrice($"price_{code}", 2000, recurring: kind == "subscription");
            await _portal.CreateProductAsync(new()
            {
                Mode = "test", ProductCode = code, Name = $"The {code}", Kind = kind, StripePriceId = $"price_{code}", Units = units, DurationDays = days,
            });
        }

        var connection = await _portal.ConnectStripeAsync(new() { Mode = "test", SecretKey = _stripe.SecretKey, WebhookSecret = _stripe.WebhookSecret });
        _stripe.SendEventsTo(new Uri(connection.WebhookUrl!));
    }

    // The web server dates its answers by the machine's clock, and the client reckons with that date.
    private sealed class DatedBy(TimeProvider clock) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.Headers.Date = clock.GetUtcNow();
            return response;
        }
    }
}
