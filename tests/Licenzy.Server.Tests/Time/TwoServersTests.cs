using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Time;

/// <summary>What ends by time is told once: by one of several servers, and by the one that comes back after weeks.</summary>
public sealed class TwoServersTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Test]
    public async Task Two_servers_at_once_tell_everything_once()
    {
        const int subjects = 40;
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var clock = new ManualTimeProvider(Shop.Opening);
        var options = new LicenzyTestServerOptions { Database = database.ConnectionString, TimeProvider = clock, Configure = Listening.SendNothing };
        await using var one = await LicenzyTestServer.StartAsync(options);
        await using var two = await LicenzyTestServer.StartAsync(options);
        await one.ListenAsync();
        using var portal = new Wire(one.CreateClient(one.AdminKey));
        await GiveAsync(portal, subjects);

        clock.Advance(Month);
        await Task.WhenAll(one.SettleAsync(), two.SettleAsync());

        for (var i = 0; i < subjects; i++)
            Assert.That((await two.ToldByTimeAsync($"user_{i}")).Select(told => told.Type), Is.EqualTo(new[] { "entitlement.expiring", "entitlement.expired" }), $"user_{i}");
        Assert.That(await Rows.ValueAsync<long>(one, "select count(*) from change_feed where version = 3"), Is.EqualTo(subjects));
    }

    [Test]
    public async Task A_clock_that_one_server_moved_is_every_servers()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var options = new LicenzyTestServerOptions { Database = database.ConnectionString, TimeProvider = new ManualTimeProvider(Shop.Opening) };
        await using var one = await LicenzyTestServer.StartAsync(options);
        await using var two = await LicenzyTestServer.StartAsync(options);
        using var portal = new Wire(one.CreateClient(one.AdminKey));
        using var app = new Wire(two.CreateClient(two.TestKey));
        await GiveAsync(portal, 1);

        for (var round = 0; round < 5; round++)
        {
            await portal.SendAsync(HttpMethod.Put, "/portal/test-clock", new JsonObject { ["advance_seconds"] = (long)Month.TotalSeconds });
            Assert.That(await SeesAsync(app, allowed: false), Is.True);
            await portal.SendAsync(HttpMethod.Delete, "/portal/test-clock", (string?)null);
            Assert.That(await SeesAsync(app, allowed: true), Is.True);
        }
    }

    private static Task<bool> SeesAsync(Wire app, bool allowed) => PatientlyAsync(async () => await AllowedAsync(app) == allowed);

    // The other server hears of it: in two seconds at most where the machine keeps up.
    private static async Task<bool> PatientlyAsync(Func<Task<bool>> seen)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if (await seen())
                return true;
        }

        return false;
    }

    [Test]
    public async Task What_one_server_writes_the_other_does_not_go_on_forgetting()
    {
        await using var database = await EngineDatabase.CreateAsync(Engine.Postgres);
        var options = new LicenzyTestServerOptions { Database = database.ConnectionString, TimeProvider = new ManualTimeProvider(Shop.Opening) };
        await using var one = await LicenzyTestServer.StartAsync(options);
        await using var two = await LicenzyTestServer.StartAsync(options);
        using var portal = new Wire(one.CreateClient(one.AdminKey));
        await GiveAsync(portal, 1);
        var made = (await portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "to be revoked" })).Json;
        using var app = new Wire(two.CreateClient((string)made["key"]!));
        Assert.That(await SeesAsync(app, allowed: true), Is.True);

        var right = (string)(await portal.GetAsync("/portal/customers/user_0")).Json["entitlements"]!["data"]![0]!["id"]!;
        await portal.PostAsync($"/portal/customers/user_0/grants/{right}/revoke", new JsonObject { ["reason"] = "a test" });
        Assert.That(await SeesAsync(app, allowed: false), Is.True);

        await portal.SendAsync(HttpMethod.Post, $"/portal/api-keys/{made["id"]}/revoke", (string?)null);
        Assert.That(await PatientlyAsync(async () => (await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_0" })).Status == 401), Is.True);
    }

    [TestCaseSource(typeof(EveryEngine))]
    public async Task Weeks_without_a_server_are_told_when_it_comes_back_in_their_order(Engine engine)
    {
        await using var shop = await Shop.OpenAsync(engine, options => options.Configure = Listening.SendNothing);
        await shop.Server.ListenAsync();
        await GiveAsync(shop.Portal, 2);
        shop.Clock.Advance(TimeSpan.FromDays(1));
        await GrantAsync(shop.Portal, "user_0");
        await shop.StopAsync();

        shop.Clock.Advance(TimeSpan.FromDays(200));
        await shop.StartAsync();
        await shop.Server.SettleAsync();
        await shop.RestartAsync();
        await shop.Server.SettleAsync();

        var end = Shop.Opening + Month;
        Assert.That(await shop.Server.ToldByTimeAsync("user_0"), Is.EqualTo(new[]
        {
            ("entitlement.expiring", "time_pass_active", end.AddHours(-72)), ("entitlement.expired", "time_pass_expired", end),
            ("entitlement.updated", "time_pass_active", end), ("entitlement.expiring", "time_pass_active", end + Month - TimeSpan.FromHours(72)),
            ("entitlement.expired", (string?)"time_pass_expired", end + Month),
        }));
        Assert.That(await shop.Server.ToldByTimeAsync("user_1"), Has.Length.EqualTo(2));
        Assert.That((await shop.Server.ToldAsync("user_0")).Select(told => told.Data.Sequence), Is.Ordered.Ascending);
    }

    private static async Task GiveAsync(Wire portal, int subjects)
    {
        var product = await portal.PostAsync("/portal/products", new JsonObject
        {
            ["mode"] = "test", ["product_code"] = "PASS30", ["name"] = "30 days", ["kind"] = "time_pass", ["stripe_price_id"] = "price_pass30", ["duration_days"] = 30,
        });
        Assert.That(product.Status, Is.EqualTo(201), product.Text);
        for (var i = 0; i < subjects; i++)
            await GrantAsync(portal, $"user_{i}");
    }

    private static async Task GrantAsync(Wire portal, string subject)
    {
        var answer = await portal.PostAsync($"/portal/customers/{subject}/grants", new JsonObject { ["product_code"] = "PASS30", ["reason"] = "a test" });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }

    private static async Task<bool> AllowedAsync(Wire app) =>
        (bool)(await app.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_0" })).Json["allowed"]!;
}
