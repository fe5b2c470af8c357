using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.Hosting;

/// <summary>A workspace's kept keys have a bound: at it new ones wait, and none is forgotten early (CONTRACT §0, SECURITY T44). Here it is five.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class IdempotencyBoundTests(Engine engine)
{
    private const int Most = 5;

    [Test]
    [Spec("POST /v1/usage/consume", "503 unavailable with Retry-After for a new key where the workspace's bound is reached; a known key is still answered")]
    public async Task At_the_bound_new_keys_wait_and_known_ones_are_answered()
    {
        await using var shop = await OpenAsync();
        Assert.That((await shop.Runtime.PostAsync("/v1/usage/consume", Units("nobody"), "k-0")).Error, Is.EqualTo("insufficient_usage"), "kept, so it counts");
        for (var i = 1; i < Most; i++)
            Assert.That((await GrantAsync(shop, "user_1", $"k-{i}")).Status, Is.EqualTo(201));

        var rows = await shop.CountAsync("usage_ledger");
        foreach (var refused in new[] { await GrantAsync(shop, "user_1", "k-5"), await shop.Runtime.PostAsync("/v1/usage/consume", Units("user_1"), "k-6"), await BuyAsync(shop, "PACK") })
            Assert.That((refused.Status, refused.Error, refused.Header("Retry-After")), Is.EqualTo((503, "unavailable", "60")), refused.Text);
        Assert.That(await shop.CountAsync("usage_ledger"), Is.EqualTo(rows), "a refused call did something");
        Assert.That(await shop.CountAsync("idempotency_keys"), Is.EqualTo(Most));

        var repeat = await GrantAsync(shop, "user_1", "k-1");
        Assert.That((repeat.Status, repeat.Header("Idempotency-Replayed")), Is.EqualTo((201, "true")));
        Assert.That((await shop.Runtime.PostAsync("/v1/usage/consume", Units("somebody"), "k-0")).Error, Is.EqualTo("idempotency_conflict"));
        Assert.That((await GrantAsync(shop, "user_1", key: null)).Status, Is.EqualTo(201), "a call without a key needs no place");
    }

    [Test]
    public async Task Many_at_once_get_no_more_places_than_there_are()
    {
        await using var shop = await OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => GrantAsync(shop, $"user_{i}", $"key-{i}"))));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(Most));
        Assert.That(answers.Count(answer => answer.Status == 503), Is.EqualTo(30 - Most));
        Assert.That(await shop.CountAsync("idempotency_keys"), Is.EqualTo(Most));
        Assert.That(await shop.CountAsync("entitlements"), Is.EqualTo(Most));
    }

    [Test]
    public async Task What_was_refused_gives_its_place_back()
    {
        await using var shop = await OpenAsync();
        var unknown = new JsonObject { ["product_code"] = "NOTHING", ["reason"] = "a test" };
        for (var i = 0; i < 3 * Most; i++)
            Assert.That((await shop.Portal.PostAsync("/portal/customers/user_1/grants", unknown, $"key-{i}")).Status, Is.EqualTo(404));
        for (var i = 0; i < 3 * Most; i++)
            Assert.That((await BuyAsync(shop, "NOTHING")).Status, Is.EqualTo(404));

        for (var i = 0; i < Most; i++)
            Assert.That((await GrantAsync(shop, "user_1", $"key-{i}")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Each_workspace_has_its_own_bound()
    {
        await using var shop = await OpenAsync();
        await FillAsync(shop);
        using var other = await OtherWorkspace.MakeAsync(shop.Server);

        using var theirs = await other.AppAsync();
        Assert.That((await theirs.PostAsync("/v1/usage/consume", Units("user_1"), "k-1")).Error, Is.EqualTo("insufficient_usage"));
    }

    [Test]
    public async Task A_restart_or_another_server_changes_nothing_and_time_makes_room()
    {
        await using var shop = await OpenAsync();
        await FillAsync(shop);
        await shop.RestartAsync();
        Assert.That((await GrantAsync(shop, "user_1", "new")).Status, Is.EqualTo(503));
        Assert.That((await GrantAsync(shop, "user_1", "key-0")).Header("Idempotency-Replayed"), Is.EqualTo("true"));

        if (engine == Engine.Postgres)
        {
            await using var second = await LicenzyTestServer.StartAsync(shop.Options);
            using var portal = new Wire(second.CreateClient(second.AdminKey));
            Assert.That((await portal.PostAsync("/portal/customers/user_1/grants", Grant(), "new")).Status, Is.EqualTo(503), "the other server");
        }

        // 24 hours are promised, so nothing goes before; after 25 the tidying at a start removes them.
        shop.Clock.Advance(TimeSpan.FromHours(24));
        await shop.RestartAsync();
        Assert.That((await GrantAsync(shop, "user_1", "new")).Status, Is.EqualTo(503));
        shop.Clock.Advance(TimeSpan.FromHours(2));
        await shop.RestartAsync();
        // It goes on beside the first requests.
        var status = 503;
        for (var tries = 0; status == 503 && tries < 2000; tries++)
            status = (await GrantAsync(shop, "user_1", "new")).Status;
        Assert.That(status, Is.EqualTo(201));
        Assert.That(await shop.CountAsync("idempotency_keys"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_full_server_counts_again_after_a_minute_and_finds_what_another_has_removed()
    {
        await using var shop = await OpenAsync();
        await FillAsync(shop);
        await shop.Db.WriteAsync(session => session.ExecuteAsync("delete from idempotency_keys"), CancellationToken.None);

        Assert.That((await GrantAsync(shop, "user_1", "new")).Status, Is.EqualTo(503), "counted just now");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await GrantAsync(shop, "user_1", "new")).Status, Is.EqualTo(201));
    }

    private Task<Shop> OpenAsync() => OpenWithProductAsync(Shop.OpenAsync(engine, options => options.Configure = server => server.IdempotencyKeysPerWorkspace = Most));

    private static async Task<Shop> OpenWithProductAsync(Task<Shop> opening)
    {
        var shop = await opening;
        await shop.ConnectAsync();
        await shop.SellAsync("PACK", "usage_pack", "price_pack", new JsonObject { ["units"] = 100 });
        return shop;
    }

    private static async Task FillAsync(Shop shop)
    {
        for (var i = 0; i < Most; i++)
            Assert.That((await GrantAsync(shop, "user_1", $"key-{i}")).Status, Is.EqualTo(201));
    }

    private static Task<Answer> GrantAsync(Shop shop, string subject, string? key) => shop.Portal.PostAsync($"/portal/customers/{subject}/grants", Grant(), key);

    private static Task<Answer> BuyAsync(Shop shop, string product) =>
        shop.Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = "user_1", ["product_code"] = product }, Wire.NewKey());

    private static JsonObject Grant() => new() { ["product_code"] = "PACK", ["reason"] = "a test" };

    private static JsonObject Units(string subject) => new() { ["subject_ref"] = subject, ["units"] = 1 };
}
