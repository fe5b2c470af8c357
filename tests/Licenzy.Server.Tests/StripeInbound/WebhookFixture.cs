using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Events by hand: any bytes, any signature, and what became of them.</summary>
public abstract class WebhookFixture(Engine engine) : ServerFixture(engine)
{
    protected const string Route = "POST /v1/webhooks/stripe/tenant";

    private readonly Wire _stripe = new(new HttpClient());

    protected Uri Hook { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Find_the_webhook()
    {
        var connections = await Portal.GetAsync("/portal/stripe/connection");
        Hook = new Uri((string)connections.Json["data"]![0]!["webhook_url"]!);
    }

    [OneTimeTearDown]
    public void Hang_up() => _stripe.Dispose();

    /// <summary>Posts a body to the webhook; signed rightly unless a header is given, an empty one meaning none.</summary>
    protected async Task<Answer> PostAsync(byte[] payload, string? signature = null, Uri? hook = null)
    {
        signature ??= Sign(payload);
        using var request = new HttpRequestMessage(HttpMethod.Post, hook ?? Hook) { Content = new ByteArrayContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature.Length > 0)
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await _stripe.SendAsync(request);
    }

    protected Task<Answer> PostAsync(JsonObject made) => PostAsync(Bytes(made));

    /// <summary>Posts an event that must be taken.</summary>
    protected async Task DeliverAsync(JsonObject made)
    {
        var answer = await PostAsync(made);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, """{"received":true}""")));
    }

    protected string Sign(byte[] payload, DateTimeOffset? at = null, string? secret = null) =>
        StripeSignature.Sign(payload, secret ?? Stripe.WebhookSecret, at ?? Clock.GetUtcNow());

    protected static byte[] Bytes(JsonObject made) => System.Text.Encoding.UTF8.GetBytes(made.ToJsonString());

    protected StripeEventOptions Now(string? version = StripeEvents.CurrentApiVersion) => new() { Created = Clock.GetUtcNow(), ApiVersion = version };

    protected Task<long> EventsAsync() => Rows.CountAsync(Server, "stripe_events");

    protected Task<string?> StatusOfAsync(JsonObject made) =>
        Rows.ValueAsync<string>(Server, "select status from stripe_events where id = @id", new { id = (string)made["id"]! });

    /// <summary>A subscription that a checkout of ours made, in any state.</summary>
    protected async Task<StripeSubscription> SubscriptionOfAsync(string subject, string price = "price_pro", string product = "PRO")
    {
        var attempt = (await CheckoutAsync(subject, product)).AttemptId;
        var now = Clock.GetUtcNow();
        return new StripeSubscription
        {
            Items = [new StripeLineItem(new StripePrice(price, 2000) { Interval = "month" })],
            Metadata = new Dictionary<string, string> { ["licenzy_attempt_id"] = attempt },
            Created = now, PeriodStart = now, PeriodEnd = now.AddMonths(1),
        };
    }

    /// <summary>The subject's only right.</summary>
    protected async Task<JsonNode> RightAsync(string subject) => (await SummaryAsync(subject))["entitlements"]!.AsArray().Single()!;

    /// <summary>Status and reason of the subject's only right, and whether it lets in.</summary>
    protected async Task<(bool Allowed, string Status, string Reason)> StateAsync(string subject)
    {
        var right = await RightAsync(subject);
        return (await AllowedAsync(subject), (string)right["status"]!, (string)right["availability_reason"]!);
    }
}
