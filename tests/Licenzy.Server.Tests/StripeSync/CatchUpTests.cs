using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>What happened at Stripe while nobody listened is read from its list of events.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CatchUpTests(Engine engine)
{
    private const string Route = "POST /portal/stripe/catch-up";

    // One call and two retries of the gateway's.
    private const int EveryTry = 3;

    [Test]
    [Spec(Route, "a server that was down for two hours reads the five events it missed; delivered later, they change nothing")]
    public async Task Two_hours_without_a_server()
    {
        await using var shop = await OpenAsync();
        var url = (string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!;

        await shop.StopAsync();
        shop.Stripe.HoldEvents = true;
        shop.Clock.Advance(TimeSpan.FromHours(1));
        var subscription = (await shop.Stripe.PayAsync(url)).Subscription!;
        shop.Clock.Advance(TimeSpan.FromHours(1));
        await shop.Stripe.ChangeQuantityAsync(subscription, 2);
        var missed = shop.Stripe.HeldEvents.ToList();
        Assert.That(missed, Has.Count.GreaterThanOrEqualTo(5));
        await shop.StartAsync();
        await CaughtUpAsync(shop);

        var access = (await shop.AccessAsync("user_1")).Json;
        Assert.That((bool)access["has_access"]!, Is.True);
        Assert.That((string)access["entitlements"]![0]!["status"]!, Is.EqualTo("active"));
        var rows = await Rows.CountsAsync(shop.Server);
        Assert.That(await shop.Stripe.ReleaseAsync(), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await Rows.CountsAsync(shop.Server), Is.EqualTo(rows));
        Assert.That((await shop.AccessAsync("user_1")).Json["version"]!.ToJsonString(), Is.EqualTo(access["version"]!.ToJsonString()));
    }

    [Test]
    [Spec(Route, "all pages are read, oldest events first")]
    public async Task Two_hundred_and_fifty_events()
    {
        await using var shop = await OpenAsync();
        shop.Stripe.HoldEvents = true;
        var subscription = (await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!)).Subscription!;
        for (var n = 0; n < 250; n++)
        {
            shop.Stripe.Advance(TimeSpan.FromSeconds(20));
            await shop.Stripe.ChangeQuantityAsync(subscription, 2 + n);
        }

        shop.Clock.Advance(TimeSpan.FromHours(2));
        var answer = await shop.Portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up", (string?)null);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((bool)answer.Json["complete"]!, Is.True);
        Assert.That((long)answer.Json["missed"]!, Is.GreaterThanOrEqualTo(250));
        var rights = (await shop.Db.ReadAsync(session => session.ListAsync<long>("select quantity from entitlements"), CancellationToken.None)).ToList();
        Assert.That(rights, Is.EqualTo(new[] { 251L }));
        var again = await shop.Portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up", (string?)null);
        Assert.That((long)again.Json["missed"]!, Is.Zero, again.Text);
    }

    [Test]
    [Spec(Route, "more events than are held at once are read a stretch of time after the other")]
    public async Task More_events_than_are_held_at_once()
    {
        await using var shop = await OpenAsync();
        shop.Stripe.HoldEvents = true;
        var subscription = (await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!)).Subscription!;
        for (var n = 0; n < 510; n++)
        {
            shop.Stripe.Advance(TimeSpan.FromSeconds(10));
            await shop.Stripe.ChangeQuantityAsync(subscription, 2 + n);
        }

        shop.Clock.Advance(TimeSpan.FromHours(2));
        Assert.That(await StepsAsync(shop), Is.GreaterThan(1));

        Assert.That(await Rows.ValueAsync<long>(shop.Server, "select quantity from entitlements"), Is.EqualTo(511));
        Assert.That(await Rows.ValueAsync<long>(shop.Server, "select count(*) from stripe_events where type = 'customer.subscription.updated'"), Is.GreaterThanOrEqualTo(510));
    }

    [Test]
    [Spec(Route, "after longer than Stripe remembers events, subscriptions and open attempts are read instead")]
    public async Task Longer_than_Stripe_remembers()
    {
        await using var shop = await OpenAsync();
        await shop.SellAsync("PASS", "time_pass", "price_pass", new JsonObject { ["duration_days"] = 365 });
        var begun = (string)(await shop.CheckoutAsync("user_2", "PASS")).Json["checkout_url"]!;
        var paid = await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!);
        Assert.That((bool)(await shop.AccessAsync("user_1")).Json["has_access"]!, Is.True);

        await shop.StopAsync();
        shop.Stripe.HoldEvents = true;
        await shop.Stripe.PayAsync(begun);
        var bought = shop.Clock.GetUtcNow();
        await shop.Stripe.CancelNowAsync(paid.Subscription!);
        shop.Clock.Advance(TimeSpan.FromDays(40));
        await shop.StartAsync();
        await CaughtUpAsync(shop);

        Assert.That((bool)(await shop.AccessAsync("user_1")).Json["has_access"]!, Is.False);
        var pass = (await shop.AccessAsync("user_2")).Json["entitlements"]![0]!;
        Assert.That((string)pass["expires_at"]!, Is.EqualTo(Wire.Time(bought.AddDays(365))), "since the charge, not since it was heard of");
        Assert.That((await StepAsync(shop)).Json["listed"]!.ToJsonString(), Is.EqualTo("0"), "from now on events again");
    }

    [TestCase(HttpStatusCode.ServiceUnavailable, 503, "unavailable")]
    [TestCase(HttpStatusCode.Forbidden, 502, "stripe_error")]
    [Spec(Route, "where Stripe does not answer, nothing is half done, and a repeat completes")]
    public async Task Stripe_does_not_answer(HttpStatusCode fault, int status, string error)
    {
        await using var shop = await OpenAsync();
        shop.Stripe.HoldEvents = true;
        await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync("user_1", "PRO")).Json["checkout_url"]!);
        shop.Clock.Advance(TimeSpan.FromHours(1));
        shop.Stripe.FailNext(EveryTry, fault, path: "/v1/events");

        var before = await Rows.CountsAsync(shop.Server);
        var failed = await StepAsync(shop);
        Assert.That((failed.Status, failed.Error), Is.EqualTo((status, error)), failed.Text);
        before["stripe_catch_ups"] = 1;
        Assert.That(await Rows.CountsAsync(shop.Server), Is.EqualTo(before));

        shop.Stripe.StopFailing();
        Assert.That((bool?)(await StepAsync(shop)).Json["complete"], Is.True);
        Assert.That((bool)(await shop.AccessAsync("user_1")).Json["has_access"]!, Is.True);
    }

    [Test]
    [Spec(Route, "while another server is at it: 409 catch_up_in_progress; its lease ends by itself")]
    public async Task One_at_a_time()
    {
        await using var shop = await OpenAsync();
        Assert.That((await StepAsync(shop)).Status, Is.EqualTo(200));
        await shop.Db.WriteAsync(
            session => session.ExecuteAsync("update stripe_catch_ups set leased_until = @until", new { until = shop.Clock.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds() }),
            CancellationToken.None);

        var busy = await StepAsync(shop);
        Assert.That((busy.Status, busy.Error), Is.EqualTo((409, "catch_up_in_progress")));
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await StepAsync(shop)).Status, Is.EqualTo(200));
    }

    [Test]
    [Spec(Route, "a mode without a connection: 409 stripe_not_connected; a key that Stripe refuses: 502")]
    public async Task Without_a_good_connection()
    {
        await using var shop = await OpenAsync();
        var live = await shop.Portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up?mode=live", (string?)null);
        Assert.That((live.Status, live.Error), Is.EqualTo((409, "stripe_not_connected")));

        await shop.Portal.SendAsync(HttpMethod.Put, "/portal/stripe/connection", new JsonObject { ["mode"] = "test", ["secret_key"] = "sk_test_another_key", ["verify"] = false });
        var refused = await StepAsync(shop);
        Assert.That((refused.Status, refused.Error), Is.EqualTo((502, "stripe_error")));
        Assert.That(refused.Text, Does.Not.Contain("another_key"));
        Assert.That(await Rows.ValueAsync<long>(shop.Server, "select count(*) from stripe_catch_ups where leased_until is not null"), Is.Zero);
    }

    private static Task<Answer> StepAsync(Shop shop) => shop.Portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up", (string?)null);

    // Smaller steps than a route's, so that their number can be told.
    private static async Task<int> StepsAsync(Shop shop)
    {
        var catchUp = shop.Server.Services.GetRequiredService<CatchUp>();
        var scope = new Domain.Scope((await shop.Portal.GetAsync("/portal/me")).Json["workspace"]!["id"]!.GetValue<string>(), Domain.Mode.Test);
        for (var steps = 1; ; steps++)
        {
            if ((await catchUp.StepAsync(scope, CancellationToken.None))!.IsComplete)
                return steps;
        }
    }

    // The round at the start may be under way; this one waits for it.
    private static async Task CaughtUpAsync(Shop shop, bool isDone = true) =>
        Assert.That(await shop.Server.Services.GetRequiredService<CatchUpWorker>().RunAsync(CancellationToken.None), Is.EqualTo(isDone));

    private async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PRO", "subscription", "price_pro");
        return shop;
    }
}
