using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Nothing is stranded and no budget begins anew, whoever stops and whenever.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DispatchRestartTests(Engine engine) : DispatchFixture(engine)
{
    [Test]
    public async Task A_lease_that_ran_out_is_taken_over_and_its_try_stays_counted()
    {
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url);
        await CrashedAsync(endpoint, TimeSpan.FromMinutes(1), tries: 1);
        await RunAsync();
        Assert.That(receiver.Requests, Is.Empty, "somebody else has it");

        Clock.Advance(TimeSpan.FromMinutes(1));
        await RunAsync();
        var delivery = await DeliveryAsync(endpoint);
        Assert.That((delivery.Status, delivery.Attempts, delivery.Tries), Is.EqualTo(("sent", 2L, 2L)));
        Assert.That((await AttemptsAsync(endpoint)).Select(attempt => (attempt.Number, attempt.HttpStatus)), Is.EqualTo(new[] { (1L, (long?)null), (2L, 200L) }));
    }

    [Test]
    public async Task A_crash_in_the_last_try_is_the_end()
    {
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url);
        await CrashedAsync(endpoint, TimeSpan.FromMinutes(1), tries: 10);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RunAsync();
        await Server.Services.GetRequiredService<Backlog>().BuryAsync(CancellationToken.None);

        var delivery = await DeliveryAsync(endpoint);
        Assert.That((receiver.Requests.Count, delivery.Status, delivery.LastError, delivery.Attempts), Is.EqualTo((0, "dead", "interrupted", 10L)));
    }

    [Test]
    public async Task What_waits_for_a_deleted_endpoint_ends_and_for_a_disabled_one_after_five_days()
    {
        var (deleted, disabled, replaced) = (await EndpointAsync("http://127.0.0.1:9/"), await EndpointAsync("http://127.0.0.1:9/"), await EndpointAsync("http://127.0.0.1:9/"));
        foreach (var endpoint in new[] { deleted, disabled, replaced })
        {
            // Leased until it is disabled: nobody sends it in between.
            await CrashedAsync(endpoint, TimeSpan.FromMinutes(1), tries: 1);
            await SaveAsync(endpoint with { DisabledAt = Clock.GetUtcNow().ToUnixTimeMilliseconds(), DisabledReason = "operator" });
        }

        var since = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromMinutes(1));
        var backlog = Server.Services.GetRequiredService<Backlog>();
        await Rows.ExecuteAsync(Server, "delete from webhook_endpoints where workspace_id = @WorkspaceId", deleted);
        await Rows.ExecuteAsync(Server, "update webhook_endpoints set id = 'we_another' where workspace_id = @WorkspaceId", replaced);
        await backlog.BuryAsync(CancellationToken.None);
        foreach (var endpoint in new[] { deleted, replaced })
        {
            var dead = await DeliveryAsync(endpoint);
            Assert.That((dead.Status, dead.LastError, dead.EndedAt), Is.EqualTo(("dead", "endpoint_deleted", (long?)Clock.GetUtcNow().ToUnixTimeMilliseconds())));
        }

        Clock.Set(since + TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        await backlog.BuryAsync(CancellationToken.None);
        Assert.That((await DeliveryAsync(disabled)).Status, Is.EqualTo("pending"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await backlog.BuryAsync(CancellationToken.None);
        Assert.That((await DeliveryAsync(disabled)).LastError, Is.EqualTo("endpoint_disabled"));
    }

    [Test]
    public async Task A_restart_in_the_middle_of_a_back_off_goes_on_where_it_was()
    {
        await using var receiver = new Receiver(Receiver.With(500));
        var options = Options();
        await using var database = await EngineDatabase.CreateAsync(Engine);
        options.Database = database.ConnectionString;
        var folder = Directory.CreateTempSubdirectory("licenzy-dispatch-");
        options.DataDirectory = folder.FullName;
        try
        {
            string id;
            await using (var first = await LicenzyTestServer.StartAsync(options))
            {
                var endpoint = await AddedAsync(first, receiver.Url);
                await TellAsync(endpoint, server: first);
                await first.Services.GetRequiredService<Dispatcher>().RunAsync(CancellationToken.None);
                id = (await OnlyAsync(first)).Id;
            }

            receiver.Answer = Receiver.With(503);
            await using (var second = await LicenzyTestServer.StartAsync(options))
            {
                var dispatcher = second.Services.GetRequiredService<Dispatcher>();
                Assert.That(await dispatcher.RunAsync(CancellationToken.None), Is.Zero, "not before its time");
                var waiting = await OnlyAsync(second);
                Assert.That((waiting.Status, waiting.Attempts), Is.EqualTo(("failed", 1L)));
                Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(waiting.NextAttemptAt!.Value));
                await dispatcher.RunAsync(CancellationToken.None);
                var again = await OnlyAsync(second);
                Assert.That((again.Id, again.Attempts, again.LastHttpStatus), Is.EqualTo((id, 2L, (long?)503)));
            }

            Assert.That(receiver.Requests.Select(request => request.Id), Has.Exactly(2).Items.And.All.EqualTo(receiver.Requests[0].Id));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_stop_gives_back_what_was_not_sent_and_cuts_off_what_hangs()
    {
        await using var receiver = new Receiver(Receiver.HangAsync);
        var options = Options();
        await using var database = await EngineDatabase.CreateAsync(Engine);
        options.Database = database.ConnectionString;
        var folder = Directory.CreateTempSubdirectory("licenzy-dispatch-");
        options.DataDirectory = folder.FullName;
        try
        {
            await using (var first = await LicenzyTestServer.StartAsync(options))
            {
                await TellAsync(await AddedAsync(first, receiver.Url), 2, first);
                await receiver.First.Task.WaitAsync(TimeSpan.FromSeconds(30));
            }

            await using var second = await LicenzyTestServer.StartAsync(Stopped(options));
            var rows = await second.Services.GetRequiredService<Db>().ReadAsync(session => session.ListAsync<DeliveryRow>($"select {DeliveryStore.Columns} from deliveries order by id"), CancellationToken.None);
            Assert.That(rows, Has.All.Property("LeasedUntil").Null);
            Assert.That(rows.Select(row => (row.Status, row.Attempts, row.LastError)), Is.EquivalentTo(new[] { ("failed", 1L, (string?)"interrupted"), ("pending", 0L, null) }));
            Assert.That(await Rows.ValueAsync<long?>(second, "select failing_since from webhook_endpoints"), Is.Null, "our stop is not the receiver's fault");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task While_it_is_switched_off_everything_waits()
    {
        await using var receiver = new Receiver();
        var options = Stopped(Options());
        await using var database = await EngineDatabase.CreateAsync(Engine);
        options.Database = database.ConnectionString;
        await using var server = await LicenzyTestServer.StartAsync(options);
        await TellAsync(await AddedAsync(server, receiver.Url), server: server);

        Assert.That(await server.Services.GetRequiredService<Dispatcher>().RunAsync(CancellationToken.None), Is.Zero);
        var delivery = await OnlyAsync(server);
        Assert.That((delivery.Status, delivery.Attempts, receiver.Requests.Count), Is.EqualTo(("pending", 0L, 0)));
    }

    private static LicenzyTestServerOptions Stopped(LicenzyTestServerOptions options)
    {
        options.Configure += server => server.OutboundWebhooks.Enabled = false;
        return options;
    }

    private static async Task<DeliveryRow> OnlyAsync(LicenzyTestServer server) =>
        (await server.Services.GetRequiredService<Db>().ReadAsync(session => session.FindAsync<DeliveryRow>($"select {DeliveryStore.Columns} from deliveries"), CancellationToken.None))!;

    private async Task<EndpointRow> AddedAsync(LicenzyTestServer server, string url)
    {
        var row = await EndpointRowAsync(server, url);
        await server.Services.GetRequiredService<Db>().WriteAsync(session => EndpointStore.SaveAsync(session, row), CancellationToken.None);
        return row;
    }

    // As a process leaves it that was killed: claimed, counted, and no end written.
    private async Task CrashedAsync(EndpointRow endpoint, TimeSpan lease, int tries)
    {
        var now = Clock.GetUtcNow();
        await SaveAsync(endpoint with { DisabledAt = 1, DisabledReason = "operator" });
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                Server.Services.GetRequiredService<Outbox>().Add(session, endpoint, News(endpoint), now);
                await session.ExecuteAsync(
                    "update deliveries set leased_until = @until, attempts = @tries, tries = @tries where workspace_id = @WorkspaceId",
                    new { until = (now + lease).ToUnixTimeMilliseconds(), tries, endpoint.WorkspaceId });
                await session.ExecuteAsync(
                    "insert into delivery_attempts (workspace_id, mode, delivery_id, number, at) select workspace_id, mode, id, attempts, created_at from deliveries where workspace_id = @WorkspaceId",
                    endpoint);
            },
            CancellationToken.None);
        await SaveAsync(endpoint);
    }
}
