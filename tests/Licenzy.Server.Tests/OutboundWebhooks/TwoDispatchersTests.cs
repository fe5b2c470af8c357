using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Several servers on one PostgreSQL database share the work and do nothing twice.</summary>
public sealed class TwoDispatchersTests() : DispatchFixture(Engine.Postgres)
{
    private readonly string _key = new LicenzyTestServerOptions().EncryptionKey;

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.EncryptionKey = _key;
        return options;
    }

    [Test]
    public async Task Each_delivery_is_sent_once_and_no_endpoint_gets_more_than_five_at_a_time()
    {
        await using var other = await LicenzyTestServer.StartAsync(Options());
        var receivers = Enumerable.Range(0, 6).Select(_ => new Receiver()).ToList();
        var endpoints = new List<EndpointRow>();
        foreach (var receiver in receivers)
            endpoints.Add(await EndpointAsync(receiver.Url));
        foreach (var endpoint in endpoints)
        {
            await TellAsync(endpoint, 60);
            await TellAsync(endpoint, 60, other);
        }

        var dispatchers = new[] { Dispatcher, other.Services.GetRequiredService<Dispatcher>() };
        do
            await Task.WhenAll(dispatchers.Select(dispatcher => dispatcher.RunAsync(CancellationToken.None)));
        while (await Http.Rows.ValueAsync<long>(Server, "select count(*) from deliveries where next_attempt_at is not null") > 0);

        for (var i = 0; i < receivers.Count; i++)
        {
            Assert.That(receivers[i].Requests.Select(request => request.Id), Is.Unique.And.Exactly(120).Items);
            Assert.That(receivers[i].MostAtOnce, Is.LessThanOrEqualTo(5));
            Assert.That(await DeliveriesAsync(endpoints[i]), Has.All.Property("Attempts").EqualTo(1).And.All.Property("Status").EqualTo("sent"));
            await receivers[i].DisposeAsync();
        }
    }
}
