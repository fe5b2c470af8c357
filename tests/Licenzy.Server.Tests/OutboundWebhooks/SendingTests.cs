using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>What a receiver that behaves gets (CONTRACT §1, SECURITY T35).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class SendingTests(Engine engine) : DispatchFixture(engine)
{
    private const string Older = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Test]
    public async Task An_event_arrives_signed_over_its_exact_bytes()
    {
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        var request = receiver.Requests.Single();
        var delivery = await DeliveryAsync(endpoint);
        Assert.That(request.Line, Is.EqualTo("POST /hooks?from=licenzy HTTP/1.1"));
        Assert.That(request.Headers["content-type"], Is.EqualTo("application/json"));
        Assert.That(request.Headers["user-agent"], Does.StartWith("Licenzy-Webhooks/"));
        Assert.That(request.Id, Is.EqualTo(delivery.EventId));
        Assert.That(request.Headers["webhook-timestamp"], Is.EqualTo(Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        Assert.That(request.Headers.Keys, Is.EquivalentTo(new[] { "Host", "User-Agent", "webhook-id", "webhook-timestamp", "webhook-signature", "Content-Type", "Content-Length" }).IgnoreCase);
        Assert.That(request.Body, Is.EqualTo(await Rows.ValueAsync<byte[]>(Server, "select payload from outbound_events where id = @EventId", delivery)));
        Assert.That((string?)JsonNode.Parse(request.Body)!["id"], Is.EqualTo(delivery.EventId));
        Assert.That(IsSigned(request, Secret), Is.True);
        Assert.That(IsSigned(request with { Body = [.. request.Body, (byte)' '] }, Secret), Is.False);
        Assert.That(IsSigned(request, Older), Is.False);
        Assert.That((delivery.Status, delivery.Attempts, delivery.LastHttpStatus, delivery.LastError, delivery.NextAttemptAt, delivery.LeasedUntil), Is.EqualTo(("sent", 1, 200, (string?)null, (long?)null, (long?)null)));
        Assert.That((delivery.SentAt, delivery.EndedAt), Is.EqualTo((delivery.CreatedAt, delivery.CreatedAt)));
        var attempt = (await AttemptsAsync(endpoint)).Single();
        Assert.That((attempt.Number, attempt.HttpStatus, attempt.Error), Is.EqualTo((1, 200, (string?)null)));
        Assert.That(attempt.DurationMs, Is.Not.Null);
    }

    [Test]
    public async Task Two_secrets_sign_while_their_overlap_lasts_and_one_after_it()
    {
        await using var receiver = new Receiver();
        var until = Clock.GetUtcNow().AddHours(24);
        var secrets = Server.Services.GetRequiredService<EndpointSecrets>();
        var endpoint = await EndpointAsync(receiver.Url, row => (row with { Secret = secrets.Seal(row.Scope, Older) }) with { PreviousSecretUntil = until.ToUnixTimeMilliseconds() });
        await SaveAsync(endpoint with { PreviousSecret = secrets.SealAsPrevious(endpoint), Secret = secrets.Seal(endpoint.Scope, Secret) });

        await TellAsync(endpoint);
        await RunAsync();
        Clock.Set(until.AddMilliseconds(-1));
        await TellAsync(endpoint);
        await RunAsync();
        Clock.Set(until);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That(receiver.Requests.Select(request => (IsSigned(request, Secret), IsSigned(request, Older))), Is.EqualTo(new[] { (true, true), (true, true), (true, false) }));
        Assert.That(receiver.Requests.Select(request => request.Headers["webhook-signature"].Split(' ').Length), Is.EqualTo(new[] { 2, 2, 1 }));
    }

    [Test]
    public async Task Every_event_arrives_once_and_five_at_a_time_at_most()
    {
        await using var receiver = new Receiver();
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint, 300);
        var begun = TimeProvider.System.GetTimestamp();
        await RunAsync();
        TestContext.Out.WriteLine($"300 events in {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms.");

        Assert.That(receiver.Requests.Select(request => request.Id), Is.Unique.And.Exactly(300).Items);
        Assert.That(receiver.MostAtOnce, Is.InRange(1, 5));
        Assert.That(await DeliveriesAsync(endpoint), Has.All.Property("Status").EqualTo("sent").And.All.Property("Attempts").EqualTo(1));
        Assert.That(await AttemptsAsync(endpoint), Has.Count.EqualTo(300).And.All.Property("HttpStatus").EqualTo(200));
    }

    [Test]
    public async Task A_commit_wakes_the_sender_by_itself()
    {
        await using var receiver = new Receiver();
        await TellAsync(await EndpointAsync(receiver.Url));

        // Nobody calls it here.
        await receiver.First.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public void The_published_vectors_are_signed_alike()
    {
        foreach (var vector in StripeShapes.StripeData.ReadArray("standard-webhooks.vectors.json").Select(one => one!))
        {
            var body = Encoding.UTF8.GetBytes((string)vector["payload"]!);
            Assert.That(
                WebhookSignature.Sign((string)vector["secret"]!, (string)vector["id"]!, DateTimeOffset.FromUnixTimeSeconds((long)vector["timestamp"]!), body),
                Is.EqualTo((string)vector["signature"]!));
        }
    }

    private bool IsSigned(Received request, string secret) => WebhookSignature.Verify(
        [secret], request.Id, request.Headers["webhook-timestamp"], request.Headers["webhook-signature"], request.Body,
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture)), Clock.GetUtcNow() - Start + TimeSpan.FromMinutes(5));
}
