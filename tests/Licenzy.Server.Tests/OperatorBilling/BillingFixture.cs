using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OperatorBilling;

/// <summary>A server whose operator bills its accounts, and signed events of the operator's Stripe account.</summary>
public abstract class BillingFixture(Engine engine) : ServerFixture(engine)
{
    protected const string Route = "POST /v1/webhooks/stripe/billing";
    protected const string Secret = "whsec_of_the_operator";
    protected const string PreviousSecret = "whsec_of_the_operator_before";
    protected const string Closed = "403 plan_mode_not_allowed, 403 plan_mode_not_allowed, 403 plan_mode_not_allowed, 403 plan_mode_not_allowed";
    protected const string Open = "409 stripe_not_connected, 201 -, 201 -, 200 -";

    private readonly Wire _stripe = new(new HttpClient());

    [OneTimeTearDown]
    public void Hang_up() => _stripe.Dispose();

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Configure = server => (server.Billing.WebhookSecret, server.Billing.PreviousWebhookSecret) = (Secret, PreviousSecret);
        return options;
    }

    protected Task<Tenant> NewTenantAsync() => Tenant.MakeAsync(Server, Clock.GetUtcNow());

    protected async Task<Answer> PostAsync(byte[] payload, string? signature = null, string path = "/v1/webhooks/stripe/billing")
    {
        signature ??= Sign(payload);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.BaseAddress, path)) { Content = new ByteArrayContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (signature.Length > 0)
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        return await _stripe.SendAsync(request);
    }

    protected async Task DeliverAsync(JsonObject made)
    {
        var answer = await PostAsync(Bytes(made));
        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, """{"received":true}""")));
    }

    protected string Sign(byte[] payload, string secret = Secret, DateTimeOffset? at = null) =>
        StripeSignature.Sign(payload, secret, at ?? Clock.GetUtcNow());

    protected static byte[] Bytes(JsonObject made) => Encoding.UTF8.GetBytes(made.ToJsonString());

    protected StripeEventOptions Now(int seconds = 0) => new() { Created = Clock.GetUtcNow().AddSeconds(seconds) };

    /// <summary>A subscription at the operator's that names the account, or nobody.</summary>
    protected StripeSubscription SubscriptionOf(string? accountId, string plan = "team")
    {
        var now = Clock.GetUtcNow();
        var metadata = new Dictionary<string, string> { ["licenzy_plan"] = plan };
        if (accountId is not null)
            metadata["licenzy_account_id"] = accountId;
        return new StripeSubscription
        {
            Items = [new StripeLineItem(new StripePrice("price_team", 9900) { Interval = "month" })],
            Metadata = metadata, Created = now, PeriodStart = now, PeriodEnd = now.AddMonths(1),
        };
    }

    protected JsonObject CheckoutOf(StripeSubscription subscription, string? reference) => StripeEvents.CheckoutSessionCompleted(
        new StripeCheckoutSession
        {
            Mode = "subscription", Status = "complete", PaymentStatus = "paid", ClientReferenceId = reference,
            Customer = subscription.Customer, Subscription = subscription.Id,
        },
        Now());

    protected static IEnumerable<T[]> Permutations<T>(T[] all) => all.Length <= 1
        ? [all]
        : all.SelectMany((first, n) => Permutations<T>([.. all[..n], .. all[(n + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
