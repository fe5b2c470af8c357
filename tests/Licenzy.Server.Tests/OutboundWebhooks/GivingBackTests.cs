using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What was claimed ahead and not begun costs nothing of its budget, and leaves no trace among the tries.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class GivingBackTests(Engine engine) : DispatchFixture(engine)
{
    private const int Quick = 20;
    private const int Many = 30;
    private const int Begun = EndpointLane.AtOnce;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private WebhookTransport Transport => Server.Services.GetRequiredService<WebhookTransport>();

    [TearDown]
    public void Restore() => Transport.Patience = TimeSpan.FromSeconds(15);

    [Test]
    public async Task Behind_a_receiver_that_breaks_what_was_not_begun_is_as_it_was()
    {
        await using var receiver = new Receiver();
        var endpoint = await GrownAsync(receiver);

        await DisabledMeanwhileAsync(endpoint, receiver, Receiver.With(500));

        await AssertAsItWasAsync(endpoint, "status");
        await AssertAllGoAsync(endpoint, receiver);
    }

    [Test]
    public async Task Behind_a_receiver_that_hangs_what_was_not_begun_is_as_it_was()
    {
        Transport.Patience = TimeSpan.FromSeconds(2);
        await using var receiver = new Receiver();
        var endpoint = await GrownAsync(receiver);

        await DisabledMeanwhileAsync(endpoint, receiver, Receiver.HangAsync);

        await AssertAsItWasAsync(endpoint, "timeout");
        Restore();
        await AssertAllGoAsync(endpoint, receiver);
    }

    [Test]
    public async Task A_stop_gives_back_all_that_was_claimed_ahead()
    {
        await using var receiver = new Receiver();
        await using var database = await EngineDatabase.CreateAsync(Engine);
        var folder = Directory.CreateTempSubdirectory("licenzy-dispatch-");
        var options = Options();
        (options.Database, options.DataDirectory) = (database.ConnectionString, folder.FullName);
        try
        {
            await using (var first = await LicenzyTestServer.StartAsync(options))
            {
                var endpoint = await EndpointRowAsync(first, receiver.Url);
                await first.Services.GetRequiredService<Db>().WriteAsync(session => EndpointStore.SaveAsync(session, endpoint), CancellationToken.None);
                await TellAsync(endpoint, Quick, first);
                await first.Services.GetRequiredService<Dispatcher>().RunAsync(CancellationToken.None);
                var hanging = AtOnce(receiver, () => Task.CompletedTask, Receiver.HangAsync);
                await TellAsync(endpoint, Many, first);
                await hanging.WaitAsync(Patience);
            }

            options.Configure += server => server.OutboundWebhooks.Enabled = false;
            await using var second = await LicenzyTestServer.StartAsync(options);
            var rows = await Rows.ListAsync<DeliveryRow>(second, $"select {DeliveryStore.Columns} from deliveries where status <> 'sent'");
            Assert.That(rows, Has.Exactly(Many).Items.And.All.Property("LeasedUntil").Null);
            Assert.That(rows.Count(row => (row.Status, row.Attempts, row.Tries, row.LastError) == ("failed", 1, 1, "interrupted")), Is.EqualTo(Begun));
            Assert.That(rows.Count(row => (row.Status, row.Attempts, row.Tries, row.LastError) == ("pending", 0, 0, null)), Is.EqualTo(Many - Begun));
            Assert.That(await Rows.CountAsync(second, "delivery_attempts"), Is.EqualTo(Quick + Begun));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // An endpoint whose many successes let more be claimed ahead than may be under way.
    private async Task<EndpointRow> GrownAsync(Receiver receiver)
    {
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint, Quick);
        await RunAsync();
        return endpoint;
    }

    // It is disabled while five are under way, so that what comes back stays where it is and can be looked at.
    private async Task DisabledMeanwhileAsync(EndpointRow endpoint, Receiver receiver, Func<Received, Stream, CancellationToken, Task> answer)
    {
        var begun = AtOnce(receiver, () => SaveAsync(endpoint with { DisabledAt = 1, DisabledReason = "operator" }), answer);
        await TellAsync(endpoint, Many);
        await begun.WaitAsync(Patience);
        await RunAsync();
    }

    // Nobody is answered before five are there and something was done.
    private static Task AtOnce(Receiver receiver, Func<Task> then, Func<Received, Stream, CancellationToken, Task> answer)
    {
        var (seen, done) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        receiver.Answer = async (request, stream, token) =>
        {
            if (Interlocked.Increment(ref seen) == Begun)
            {
                await then();
                done.SetResult();
            }

            await done.Task.WaitAsync(token);
            await answer(request, stream, token);
        };
        return done.Task;
    }

    private async Task AssertAsItWasAsync(EndpointRow endpoint, string word)
    {
        var rows = (await DeliveriesAsync(endpoint)).Where(row => row.Status != "sent").ToList();
        Assert.That(rows, Has.Exactly(Many).Items.And.All.Property("LeasedUntil").Null);
        Assert.That(rows.Count(row => (row.Status, row.Attempts, row.Tries, row.LastError) == ("failed", 1, 1, word)), Is.EqualTo(Begun));
        var untouched = rows.Where(row => row.Status == "pending").ToList();
        Assert.That(untouched, Has.Exactly(Many - Begun).Items.And.All.Property("Attempts").Zero.And.All.Property("Tries").Zero.And.All.Property("LastError").Null);
        Assert.That(untouched, Has.All.Property("NextAttemptAt").EqualTo(untouched[0].CreatedAt), "due as before");
        Assert.That(await AttemptsAsync(endpoint), Has.Count.EqualTo(Quick + Begun), "a row for each that was sent");
    }

    private async Task AssertAllGoAsync(EndpointRow endpoint, Receiver receiver)
    {
        receiver.Answer = Receiver.With(200);
        await SaveAsync(endpoint);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await RunAsync();
        var rows = await DeliveriesAsync(endpoint);
        Assert.That(rows, Has.Exactly(Quick + Many).Items.And.All.Property("Status").EqualTo("sent"));
        Assert.That((rows.Count(row => row.Attempts == 1), rows.Count(row => row.Attempts == 2)), Is.EqualTo((Quick + Many - Begun, Begun)));
    }
}
