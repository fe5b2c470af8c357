using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What the metrics tell of webhooks.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class BacklogTests(Engine engine) : DispatchFixture(engine)
{
    [Test]
    [Order(1)]
    public async Task Where_nothing_waits_each_status_says_so()
    {
        await Server.Services.GetRequiredService<Backlog>().CountAsync(CancellationToken.None);

        using var http = Server.CreateClient();
        var scrape = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.That((scrape["""licenzy_webhooks_waiting{status="pending"}"""], scrape["""licenzy_webhooks_waiting{status="failed"}"""]), Is.EqualTo((0, 0)));
    }

    [Test]
    [Order(2)]
    public async Task What_waits_and_what_became_of_tries_is_counted()
    {
        await using var good = new Receiver();
        await using var bad = new Receiver(Receiver.With(500));
        var refused = await EndpointAsync("http://10.0.0.1/");
        await TellAsync(await EndpointAsync(good.Url), 3);
        await TellAsync(await EndpointAsync(bad.Url), 2);
        await TellAsync(refused);
        await RunAsync();
        await TellAsync(await EndpointAsync(good.Url, row => row with { CreatedAt = 1 }));
        await RunAsync();
        Clock.Advance(TimeSpan.FromSeconds(3));
        await Server.Services.GetRequiredService<Backlog>().CountAsync(CancellationToken.None);

        using var http = Server.CreateClient();
        var scrape = new Scrape(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Multiple(() =>
        {
            Assert.That(scrape["""licenzy_webhooks_attempts_total{result="sent"}"""], Is.EqualTo(4));
            Assert.That(scrape["""licenzy_webhooks_attempts_total{result="failed"}"""], Is.EqualTo(2));
            Assert.That(scrape["""licenzy_webhooks_attempts_total{result="refused"}"""], Is.EqualTo(1));
            Assert.That(scrape["""licenzy_webhooks_waiting{status="failed"}"""], Is.EqualTo(3));
            Assert.That(scrape["licenzy_webhooks_oldest_seconds"], Is.EqualTo(3));
        });
    }
}
