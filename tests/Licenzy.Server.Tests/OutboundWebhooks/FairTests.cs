using System.Net;
using System.Net.Sockets;
using Licenzy.Domain;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Storage;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Each endpoint of each mode has its turn, however much waits for another.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class FairTests(Engine engine) : DispatchFixture(engine)
{
    private const int Quick = 20;
    private const int Backlog = 400;

    [Test]
    public async Task One_event_waits_neither_behind_hundreds_of_the_other_mode_nor_behind_another_workspaces()
    {
        await using var busy = new Receiver();
        await using var other = new Receiver();
        using var live = new TcpListener(IPAddress.Loopback, 0);
        live.Start();
        var (test, another) = (await EndpointAsync(busy.Url), await EndpointAsync(other.Url));
        var inLive = test with
        {
            Mode = "live", Id = test.Id + "_live", Url = $"https://{live.LocalEndpoint}/",
            Secret = Server.Services.GetRequiredService<EndpointSecrets>().Seal(new Scope(test.WorkspaceId, Mode.Live), Secret),
        };
        await SaveAsync(inLive);
        await TellAsync(test, Quick);
        await RunAsync();

        // Of the backlog nothing ends before both others were called, though all of it is older.
        Server.Services.GetRequiredService<WebhookTransport>().Patience = TimeSpan.FromMinutes(2);
        var accepted = live.AcceptTcpClientAsync();
        var called = Task.WhenAll(accepted, other.First.Task);
        busy.Answer = async (request, stream, token) =>
        {
            await called.WaitAsync(token);
            await Receiver.With(200)(request, stream, token);
        };
        var outbox = Server.Services.GetRequiredService<Outbox>();
        await Server.Services.GetRequiredService<Db>().WriteAsync(
            async session =>
            {
                await outbox.AddAsync(session, test.Scope, [.. Enumerable.Range(0, Backlog).Select(i => News(test, i))], Clock.GetUtcNow());
                await outbox.AddAsync(session, inLive.Scope, [News(inLive)], Clock.GetUtcNow());
                await outbox.AddAsync(session, another.Scope, [News(another)], Clock.GetUtcNow());
            },
            CancellationToken.None);
        await called.WaitAsync(TimeSpan.FromSeconds(30));
        (await accepted).Dispose();
        await RunAsync();

        Assert.That(busy.Requests, Has.Count.EqualTo(Quick + Backlog));
        Assert.That(await DeliveriesAsync(another), Has.Exactly(1).Items.And.All.Property("Attempts").EqualTo(1).And.All.Property("Status").EqualTo("sent"));
        Assert.That(await Rows.ValueAsync<long>(Server, "select attempts from deliveries where workspace_id = @WorkspaceId and mode = 'live'", test), Is.EqualTo(1));
    }
}
