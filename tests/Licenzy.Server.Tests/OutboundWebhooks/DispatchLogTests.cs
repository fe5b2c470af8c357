using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Secrets;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What the server's log says of webhooks: enough to find them, and nothing of the receiver's address or of what was sent.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DispatchLogTests(Engine engine) : DispatchFixture(engine)
{
    private readonly CapturedLogs _logs = new();

    [OneTimeTearDown]
    public void Forget() => _logs.Dispose();

    protected override LicenzyTestServerOptions Options()
    {
        var options = base.Options();
        options.Logs = _logs;
        options.Configure += server => server.OutboundWebhooks.Schedule.Add(TimeSpan.FromSeconds(5));
        return options;
    }

    [Test]
    public async Task A_delivery_that_dies_is_warned_of_once()
    {
        await using var receiver = new Receiver(Receiver.With(503, "", "a secret answer"));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();
        await NextTryAsync(endpoint);
        await RunAsync();

        var dead = await DeliveryAsync(endpoint);
        Assert.That(dead.Status, Is.EqualTo("dead"));
        var line = Lines(dead.Id).Single();
        Assert.That(line, Does.StartWith($"Warning Webhook delivery {dead.Id} to endpoint {endpoint.Id} is dead after 2 tries: status 503").And.Not.Contain("hooks").And.Not.Contain("secret answer").And.Not.Contain("user_0"));
    }

    [Test]
    public async Task A_disabled_endpoint_is_named_with_its_workspace_and_mode()
    {
        await using var receiver = new Receiver(Receiver.With(410));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That(Lines(endpoint.Id).Single(), Does.Contain($"of workspace {endpoint.WorkspaceId}, test mode, is disabled: gone"));
    }

    private IEnumerable<string> Lines(string id) => _logs.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
}
