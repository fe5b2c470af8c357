using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Endpoints that are disabled by what they answer (CONTRACT §1), and who is told to have done it.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class DisablingTests(Engine engine) : DispatchFixture(engine)
{
    [Test]
    public async Task A_410_disables_the_endpoint_and_what_waits_goes_when_it_is_back()
    {
        await using var receiver = new Receiver(Receiver.With(410));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint, 2);
        await RunAsync();

        var after = await ReadAsync(endpoint);
        Assert.That((after.DisabledAt, after.DisabledReason), Is.EqualTo((Clock.GetUtcNow().ToUnixTimeMilliseconds(), "gone")));
        Assert.That(receiver.Requests, Has.Count.EqualTo(1));
        await TellAsync(endpoint);
        Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        Assert.That((receiver.Requests.Count, (await DeliveriesAsync(endpoint)).Count), Is.EqualTo((1, 2)), "nothing is sent, and nothing written");
        Assert.That(await AuditAsync(endpoint), Is.EqualTo(new[] { ("webhook_endpoint.disabled", "dispatcher", endpoint.Id, "gone") }));

        receiver.Answer = Receiver.With(200);
        await SaveAsync(after with { DisabledAt = null, DisabledReason = null, FailingSince = null });
        await RunAsync();
        Assert.That(await DeliveriesAsync(endpoint), Has.All.Property("Status").EqualTo("sent"));
        Assert.That(await AuditAsync(endpoint), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Five_410s_at_once_are_written_down_once()
    {
        var five = new CountdownEvent(EndpointLane.AtOnce);
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url);
        // So many that were taken, and five may be under way.
        await TellAsync(endpoint, 10);
        await RunAsync();
        receiver.Answer = async (request, stream, token) =>
        {
            five.Signal();
            await Task.Run(() => five.Wait(token), token);
            await Receiver.With(410)(request, stream, token);
        };
        await TellAsync(endpoint, EndpointLane.AtOnce);
        await RunAsync();

        Assert.That((await ReadAsync(endpoint)).DisabledReason, Is.EqualTo("gone"));
        Assert.That((await DeliveriesAsync(endpoint)).Count(delivery => delivery.LastHttpStatus == 410), Is.EqualTo(EndpointLane.AtOnce));
        Assert.That(await AuditAsync(endpoint), Is.EqualTo(new[] { ("webhook_endpoint.disabled", "dispatcher", endpoint.Id, "gone") }));
    }

    [Test]
    public async Task Five_days_of_failures_disable_it_and_one_success_begins_them_anew()
    {
        await using var receiver = new Receiver(Receiver.With(500));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();
        Assert.That((await ReadAsync(endpoint)).FailingSince, Is.EqualTo(Clock.GetUtcNow().ToUnixTimeMilliseconds()));

        Clock.Advance(TimeSpan.FromDays(4));
        receiver.Answer = Receiver.With(200);
        await RunAsync();
        Assert.That((await ReadAsync(endpoint)).FailingSince, Is.Null);

        receiver.Answer = Receiver.With(500);
        await TellAsync(endpoint);
        await RunAsync();
        Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromMilliseconds(1));
        await TellAsync(endpoint);
        await RunAsync();
        Assert.That((await ReadAsync(endpoint)).DisabledReason, Is.Null, "a millisecond is left");
        Assert.That(await AuditAsync(endpoint), Is.Empty);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await TellAsync(endpoint);
        await RunAsync();
        Assert.That((await ReadAsync(endpoint)).DisabledReason, Is.EqualTo("failing"));
        Assert.That(await AuditAsync(endpoint), Is.EqualTo(new[] { ("webhook_endpoint.disabled", "dispatcher", endpoint.Id, "failing") }));
    }

    private async Task<(string Action, string Actor, string Target, string Detail)[]> AuditAsync(EndpointRow endpoint) =>
    [
        .. (await Rows.ListAsync<AuditRow>(Server, "select action, actor, target, detail from audit_log where workspace_id = @WorkspaceId and mode = @Mode", endpoint))
            .Select(row => (row.Action, row.Actor, row.Target, row.Detail)),
    ];

    private sealed record AuditRow(string Action, string Actor, string Target, string Detail);
}
