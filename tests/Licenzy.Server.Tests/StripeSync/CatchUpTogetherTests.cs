using System.Net;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>Several catch up at once; each event has its effect once. An SQLite file has one server, so there it is callers.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CatchUpTogetherTests(Engine engine)
{
    private const string Route = "POST /portal/stripe/catch-up";
    private const int Purchases = 12;

    [Test]
    [Spec(Route, "servers on one database that catch up at once do it once: 200, or 409 while another is at it")]
    public async Task Two_at_once()
    {
        await using var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        await shop.SellAsync("PASS", "time_pass", "price_pass", new() { ["duration_days"] = 30 });
        shop.Stripe.HoldEvents = true;
        for (var n = 0; n < Purchases; n++)
        {
            shop.Clock.Advance(TimeSpan.FromMinutes(1));
            await shop.Stripe.PayAsync((string)(await shop.CheckoutAsync($"user_{n % 3}", "PASS")).Json["checkout_url"]!);
        }

        await using var other = engine == Engine.Postgres ? await LicenzyTestServer.StartAsync(shop.Options) : null;
        shop.Clock.Advance(TimeSpan.FromHours(1));
        var servers = new[] { shop.Server, other ?? shop.Server };
        var byCall = servers.Select(async server =>
        {
            using var portal = new Wire(server.CreateClient(server.AdminKey));
            return await portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up", (string?)null);
        }).ToList();
        await Task.WhenAll(servers.Select(server => server.Services.GetRequiredService<CatchUpWorker>().RunAsync(CancellationToken.None)));
        var answers = await Task.WhenAll(byCall);

        foreach (var answer in answers)
            Assert.That((answer.Status, answer.Status == 200 ? null : answer.Error), Is.EqualTo((200, (string?)null)).Or.EqualTo((409, "catch_up_in_progress")), answer.Text);
        Assert.That((await shop.Portal.SendAsync(HttpMethod.Post, "/portal/stripe/catch-up", (string?)null)).Status, Is.EqualTo(200), "nobody holds it any more");
        Assert.That(await shop.CountAsync("entitlements"), Is.EqualTo(Purchases));
        Assert.That(await shop.CountAsync("entitlement_revisions"), Is.EqualTo(Purchases), "each once, and none was moved");
        var rows = await Rows.CountsAsync(shop.Server);
        Assert.That(await shop.Stripe.ReleaseAsync(), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(await Rows.CountsAsync(shop.Server), Is.EqualTo(rows), "delivered after all");
    }
}
