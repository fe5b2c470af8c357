using System.Diagnostics;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Metrics;
using Licenzy.Testing;
using Npgsql;

namespace Licenzy.Server.Tests.Starting;

/// <summary>The database goes away under a running server: 503 with Retry-After, never 500, and back by itself.</summary>
public sealed class DatabaseGoneTests
{
    // Back, or never: how soon is measured where a process of its own is asked (Licenzy.Reliability.Tests).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_dropped_database_is_answered_with_503_on_every_route()
    {
        await using var shop = await Shop.OpenAsync(Engine.Postgres);
        await shop.ConnectAsync();

        await PostgresCluster.DropDatabaseAsync(shop.Database.ConnectionString);

        await AssertUnavailableAsync(shop);
        using var http = shop.Server.CreateClient();
        var metrics = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.That(metrics["licenzy_storage_unavailable_total"], Is.GreaterThan(0), "metrics need no database");
    }

    [Test]
    public async Task A_database_that_takes_no_connections_is_answered_with_503_until_it_does()
    {
        await using var shop = await Shop.OpenAsync(Engine.Postgres);
        await shop.ConnectAsync();
        var name = new NpgsqlConnectionStringBuilder(shop.Database.ConnectionString).Database;

        await AsOwnerAsync($"alter database {name} with allow_connections false");
        await TerminateAsync(name!);
        await AssertUnavailableAsync(shop);

        await AsOwnerAsync($"alter database {name} with allow_connections true");
        await AssertBackAsync(shop);
    }

    [Test]
    public async Task Connections_that_are_cut_are_made_again()
    {
        await using var shop = await Shop.OpenAsync(Engine.Postgres);
        await shop.ConnectAsync();
        // Several connections in the pool, so that more than one is dead.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.AccessAsync("user_1")));

        await TerminateAsync(new NpgsqlConnectionStringBuilder(shop.Database.ConnectionString).Database!);

        await AssertBackAsync(shop);
    }

    private static async Task AssertUnavailableAsync(Shop shop)
    {
        var payload = StripeEvents.SubscriptionCreated(new StripeSubscription()).ToJsonString();
        foreach (var answer in await Task.WhenAll(
            shop.AccessAsync("user_1"),
            shop.Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1" }),
            shop.Runtime.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = "user_1", ["units"] = 1 }, Wire.NewKey()),
            shop.Runtime.PostAsync("/v1/checkout/session", new JsonObject { ["subject_ref"] = "user_1", ["product_code"] = "PRO" }, Wire.NewKey()),
            shop.Portal.GetAsync("/portal/products"),
            shop.Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "a" }),
            shop.Runtime.GetAsync("/readyz"),
            DeliverAsync(shop, payload)))
        {
            Assert.That((answer.Status, answer.MediaType, answer.Error), Is.EqualTo((503, "application/problem+json", "unavailable")), answer.Text);
            Assert.That(answer.Header("Retry-After"), Is.Not.Null);
        }

        Assert.That((string)(await shop.AccessAsync("user_1")).Json["detail"]!, Does.EndWith("Try again."), "a read has no key");
        var consume = await shop.Runtime.PostAsync("/v1/usage/consume", new JsonObject { ["subject_ref"] = "user_1", ["units"] = 1 }, Wire.NewKey());
        Assert.That((string)consume.Json["detail"]!, Does.EndWith("Try again with the same Idempotency-Key."));
        Assert.That((await shop.Runtime.GetAsync("/healthz")).Status, Is.EqualTo(200), "the process is alive");
    }

    private static async Task AssertBackAsync(Shop shop)
    {
        var clock = Stopwatch.StartNew();
        for (var status = 0; status != 200;)
        {
            status = (await shop.AccessAsync("user_1")).Status;
            Assert.That(status, Is.AnyOf(200, 503));
            Assert.That(clock.Elapsed, Is.LessThan(Patience));
        }

        var grant = await shop.Portal.PostAsync("/portal/api-keys", new JsonObject { ["mode"] = "test", ["name"] = "afterwards" });
        Assert.That(grant.Status, Is.EqualTo(201), grant.Text);
        Assert.That((await shop.Runtime.GetAsync("/readyz")).Status, Is.EqualTo(200));
    }

    private static async Task<Answer> DeliverAsync(Shop shop, string payload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, shop.WebhookUrl) { Content = new StringContent(payload) };
        request.Headers.Add("Stripe-Signature", StripeSignature.Sign(System.Text.Encoding.UTF8.GetBytes(payload), shop.Stripe.WebhookSecret, shop.Clock.GetUtcNow()));
        return await shop.Runtime.SendAsync(request);
    }

    private static Task TerminateAsync(string database) =>
        AsOwnerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}' and pid <> pg_backend_pid()");

    private static async Task AsOwnerAsync(string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(await PostgresCluster.OwnerAsync()) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
