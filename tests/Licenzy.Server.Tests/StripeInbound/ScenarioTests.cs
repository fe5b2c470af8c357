using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Situations of a whole shop around the webhook: before an event comes, while none can be stored, after the operator changed something.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ScenarioTests(Engine engine) : WebhookFixture(engine)
{
    [TestCase("")]
    [TestCase("whsec_guessed")]
    [Spec(Route, "a connection without a webhook secret takes nothing, however it is signed")]
    public async Task A_connection_without_a_secret_is_refused(string secret)
    {
        var connected = await Portal.SendAsync(
            HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "live", ["secret_key"] = "rk_live_restricted1", ["verify"] = false });
        Assert.That(((int)connected.Status, (bool)connected.Json["webhook_secret_set"]!), Is.EqualTo((200, false)), connected.Text);
        var payload = Bytes(new StripeSample().Event("customer.subscription.updated", Now()));
        var before = await EventsAsync();

        var answer = await PostAsync(payload, Sign(payload, secret: secret), new Uri((string)connected.Json["webhook_url"]!));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(await EventsAsync(), Is.EqualTo(before));
    }

    [TestCase("PRO")]
    [TestCase("PASS30")]
    [TestCase("PACK1000")]
    [Spec(Route, "a visit to the success page opens nothing; the event does")]
    public async Task Only_the_event_lets_in(string product)
    {
        var subject = NewSubject();
        Stripe.HoldEvents = true;
        await Stripe.PayAsync((await CheckoutAsync(subject, product)).Url);

        var page = await Runtime.GetAsync($"/checkout/success?session_id={Stripe.Sessions[^1].Id}");

        Assert.That(page.Status, Is.EqualTo(200));
        Assert.That((await AllowedAsync(subject), (string)(await SummaryAsync(subject))["status"]!), Is.EqualTo((false, "none")));
        Stripe.HoldEvents = false;
        Assert.That(await Stripe.ReleaseAsync(), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await AllowedAsync(subject), Is.True);
    }

    [Test]
    [Spec(Route, "who pays the price of before stays with the product when the operator gives it a new one")]
    public async Task Subscribers_stay_with_the_product_of_their_price()
    {
        Stripe.AddPrice("price_gold", 1000, recurring: true);
        Stripe.AddPrice("price_gold_new", 1500, recurring: true);
        var product = new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "GOLD", ["name"] = "Gold", ["kind"] = "subscription", ["stripe_price_id"] = "price_gold",
        };
        Assert.That((await Portal.PostAsync("/portal/products", product)).Status, Is.EqualTo(201));
        var (early, late) = (NewSubject(), NewSubject());
        var state = await SubscriptionOfAsync(early, "price_gold", "GOLD");
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state, options: Now()));

        var body = (JsonObject)product.DeepClone();
        body.Remove("product_code");
        body["stripe_price_id"] = "price_gold_new";
        var replaced = await Portal.SendAsync(HttpMethod.Put, "/portal/products/GOLD", body);
        Assert.That(replaced.Status, Is.EqualTo(200), replaced.Text);

        Assert.That(await AllowedAsync(early), Is.True);
        Clock.Set(state.PeriodEnd.AddSeconds(1));
        await DeliverAsync(StripeEvents.SubscriptionUpdated(state with { PeriodStart = state.PeriodEnd, PeriodEnd = state.PeriodEnd.AddMonths(1) }, options: Now()));
        Assert.That(await StateAsync(early), Is.EqualTo((true, "active", "subscription_active")));
        var first = NewSubject();
        // Its first event may come after the change, too.
        await DeliverAsync(StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(first, "price_gold", "GOLD"), options: Now()));
        await DeliverAsync(StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(late, "price_gold_new", "GOLD"), options: Now()));
        foreach (var subject in new[] { early, first, late })
            Assert.That((string)(await RightAsync(subject))["product_code"]!, Is.EqualTo("GOLD"));
    }

    [Test]
    [Spec(Route, "while nothing can be stored the answer is 503; delivered again, the event has its effect once")]
    public async Task What_could_not_be_stored_comes_again()
    {
        await using var shop = await Shop.OpenAsync(Engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PACK", "usage_pack", "price_pack", new JsonObject { ["units"] = 100 });
        var url = (string)(await shop.CheckoutAsync("user_1", "PACK")).Json["checkout_url"]!;

        await using (await LockedAsync(shop.Database.ConnectionString))
            await shop.Stripe.PayAsync(url);
        Assert.That(shop.Stripe.Events.SelectMany(made => made.Deliveries).Select(delivery => delivery.Status), Is.Not.Empty.And.All.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await shop.CountAsync("stripe_events"), Is.Zero);

        Assert.That(await shop.Stripe.RedeliverFailedAsync(), Is.All.EqualTo(HttpStatusCode.OK));
        foreach (var made in shop.Stripe.Events)
            Assert.That(await shop.Stripe.RedeliverAsync(made.Id), Is.EqualTo(HttpStatusCode.OK));
        Assert.That((long)(await shop.AccessAsync("user_1")).Json["entitlements"]!.AsArray().Single()!["usage_remaining"]!, Is.EqualTo(100));
    }

    // Somebody from outside holds what an event must be written to.
    private async Task<IAsyncDisposable> LockedAsync(string database)
    {
        if (Engine == Engine.Sqlite)
        {
            var file = new SqliteConnection(database + ";Pooling=False");
            await file.OpenAsync();
            file.BeginTransaction(deferred: false);
            return file;
        }

        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await connection.BeginTransactionAsync();
        await using var locks = new NpgsqlCommand("lock table stripe_events in access exclusive mode", connection);
        await locks.ExecuteNonQueryAsync();
        return connection;
    }
}
