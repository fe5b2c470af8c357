using System.Collections.Concurrent;
using System.Text;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Receivers that refuse, hang, drip, flood, redirect, flap and go away (CONTRACT §1, SECURITY T34, T36).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HostileReceiverTests(Engine engine) : DispatchFixture(engine)
{
    private WebhookTransport Transport => Server.Services.GetRequiredService<WebhookTransport>();

    [TearDown]
    public void Restore() => Transport.Patience = TimeSpan.FromSeconds(15);

    [Test]
    public void A_try_has_fifteen_seconds() => Assert.That(Transport.Patience, Is.EqualTo(TimeSpan.FromSeconds(15)));

    [Test]
    public async Task A_receiver_that_is_not_there_is_tried_by_the_schedule_until_the_delivery_is_dead()
    {
        var gone = new Receiver();
        var endpoint = await EndpointAsync(gone.Url);
        await gone.DisposeAsync();
        await TellAsync(endpoint);
        await RunAsync();

        double[] seconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (var i = 0; i < seconds.Length; i++)
        {
            var delivery = await DeliveryAsync(endpoint);
            Assert.That((delivery.Status, delivery.Attempts, delivery.LastError, delivery.LastHttpStatus), Is.EqualTo(("failed", (long)i + 1, "connection_refused", (long?)null)));
            var delay = (delivery.NextAttemptAt!.Value - Clock.GetUtcNow().ToUnixTimeMilliseconds()) / 1000.0;
            Assert.That(delay, Is.InRange((seconds[i] * 0.8) - 0.01, (seconds[i] * 1.2) + 0.01));
            Clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(delivery.NextAttemptAt!.Value - 1));
            await RunAsync();
            Assert.That((await DeliveryAsync(endpoint)).Attempts, Is.EqualTo(i + 1), "not before its time");
            await NextTryAsync(endpoint);
        }

        var dead = await DeliveryAsync(endpoint);
        Assert.That((dead.Status, dead.Attempts, dead.NextAttemptAt, dead.EndedAt), Is.EqualTo(("dead", 10L, (long?)null, (long?)Clock.GetUtcNow().ToUnixTimeMilliseconds())));
        Assert.That((await AttemptsAsync(endpoint)).Select(attempt => attempt.Number), Is.EqualTo(Enumerable.Range(1, 10)));
        Clock.Advance(TimeSpan.FromDays(30));
        Assert.That((await RunAsync(), (await DeliveryAsync(endpoint)).Attempts), Is.EqualTo((0, 10L)));
    }

    [TestCase(500, "status")]
    [TestCase(404, "status")]
    [TestCase(301, "redirect")]
    [TestCase(302, "redirect")]
    [TestCase(307, "redirect")]
    [TestCase(308, "redirect")]
    public async Task Another_answer_than_2xx_is_a_failure_and_a_redirect_is_not_followed(int status, string word)
    {
        await using var inside = new Receiver();
        await using var receiver = new Receiver(Receiver.With(status, $"Location: {inside.Url}\r\n", "no"));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        var delivery = await DeliveryAsync(endpoint);
        Assert.That((delivery.Status, delivery.LastHttpStatus, delivery.LastError), Is.EqualTo(("failed", (long?)status, word)));
        Assert.That((await AttemptsAsync(endpoint)).Single().Response, Is.EqualTo("no"));
        Assert.That(inside.Requests, Is.Empty);
    }

    [Test]
    public async Task A_receiver_that_never_answers_holds_its_place_for_a_bounded_time()
    {
        Transport.Patience = TimeSpan.FromMilliseconds(300);
        await using var receiver = new Receiver(Receiver.HangAsync);
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint, 3);
        await RunAsync();

        Assert.That(await DeliveriesAsync(endpoint), Has.All.Property("Status").EqualTo("failed").And.All.Property("LastError").EqualTo("timeout").And.All.Property("Attempts").EqualTo(1));
        Assert.That((await AttemptsAsync(endpoint)).Select(attempt => attempt.DurationMs), Has.All.InRange(250, 30_000));
    }

    [Test]
    public async Task A_receiver_that_drips_an_answer_runs_out_of_time()
    {
        Transport.Patience = TimeSpan.FromMilliseconds(400);
        await using var receiver = new Receiver(async (_, stream, token) =>
        {
            foreach (var letter in "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            {
                await Receiver.WriteAsync(stream, letter.ToString(), token);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, token);
            }
        });
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await DeliveryAsync(endpoint)).LastError, Is.EqualTo("timeout"));
    }

    [Test]
    public async Task A_status_counts_though_its_body_never_ends()
    {
        Transport.Patience = TimeSpan.FromSeconds(2);
        await using var receiver = new Receiver(async (request, stream, token) =>
        {
            await Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nwell\0", token);
            await Receiver.HangAsync(request, stream, token);
        });
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await DeliveryAsync(endpoint)).Status, Is.EqualTo("sent"));
        Assert.That((await AttemptsAsync(endpoint)).Single().Response, Is.EqualTo("well"));
    }

    [Test]
    public async Task Of_a_gigabyte_little_is_read_and_less_is_kept()
    {
        var written = 0L;
        await using var receiver = new Receiver(async (_, stream, token) =>
        {
            await Receiver.WriteAsync(stream, "HTTP/1.1 500 Oh\r\nContent-Length: 1073741824\r\n\r\n", token);
            for (var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("äöü", 4096))); written < 1 << 30; written += chunk.Length)
                await stream.WriteAsync(chunk, token);
        });
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await DeliveryAsync(endpoint)).LastHttpStatus, Is.EqualTo(500));
        Assert.That(Encoding.UTF8.GetByteCount((await AttemptsAsync(endpoint)).Single().Response!), Is.InRange(4000, 4096));
        Assert.That(written, Is.LessThan(64 << 20), "what the two ends' buffers hold, not the gigabyte");
    }

    [Test]
    public async Task Endless_headers_are_no_answer()
    {
        await using var receiver = new Receiver((_, stream, token) => Receiver.WriteAsync(stream, "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000), token));
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await RunAsync();

        Assert.That((await DeliveryAsync(endpoint)).LastError, Is.EqualTo("invalid_response"));
    }

    [Test]
    public async Task Retry_After_is_heard_up_to_twice_the_delay()
    {
        foreach (var (asked, least, most) in new[] { (1, 4.0, 6.0), (8, 8.0, 8.0), (3600, 10.0, 10.0) })
        {
            await using var receiver = new Receiver(Receiver.With(503, $"Retry-After: {asked}\r\n"));
            var endpoint = await EndpointAsync(receiver.Url);
            await TellAsync(endpoint);
            await RunAsync();

            Assert.That(((await DeliveryAsync(endpoint)).NextAttemptAt!.Value - Clock.GetUtcNow().ToUnixTimeMilliseconds()) / 1000.0, Is.InRange(least - 0.01, most + 0.01));
        }
    }

    [Test]
    public async Task A_receiver_that_flaps_gets_everything_in_the_end()
    {
        var seen = new ConcurrentDictionary<string, int>();
        await using var receiver = new Receiver();
        receiver.Answer = (request, stream, token) => Receiver.With(seen.AddOrUpdate(request.Id, 1, (_, count) => count + 1) % 3 == 0 ? 200 : 500)(request, stream, token);
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint, 30);
        for (var round = 0; round < 3; round++)
        {
            await RunAsync();
            Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.That(await DeliveriesAsync(endpoint), Has.All.Property("Status").EqualTo("sent"));
        Assert.That(await DeliveriesAsync(endpoint), Has.All.Property("Attempts").EqualTo(3));
        Assert.That(receiver.Requests, Has.Count.EqualTo(90));
        Assert.That((await ReadAsync(endpoint)).FailingSince, Is.Null);
    }

    [Test]
    public async Task What_another_address_answered_says_nothing_of_the_present_one()
    {
        var moved = new TaskCompletionSource();
        await using var receiver = new Receiver(async (request, stream, token) =>
        {
            await moved.Task.WaitAsync(token);
            await Receiver.With(410)(request, stream, token);
        });
        var endpoint = await EndpointAsync(receiver.Url);
        await TellAsync(endpoint);
        await receiver.First.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await SaveAsync(endpoint with { Url = receiver.Url + "&moved" });
        moved.SetResult();
        await RunAsync();

        var after = await ReadAsync(endpoint);
        Assert.That((after.DisabledAt, after.FailingSince), Is.EqualTo(((long?)null, (long?)null)));
        Assert.That((await DeliveryAsync(endpoint)).Status, Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_hundred_receivers_that_hang_do_not_delay_another()
    {
        Transport.Patience = TimeSpan.FromMinutes(2);
        var seen = 0;
        var allHang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hanging = new Receiver((request, stream, token) =>
        {
            if (Interlocked.Increment(ref seen) == 100)
                allHang.SetResult();
            return Receiver.HangAsync(request, stream, token);
        });
        await using var good = new Receiver();
        var (bad, fine) = (new List<EndpointRow>(), await EndpointAsync(good.Url));
        for (var i = 0; i < 100; i++)
            bad.Add(await EndpointAsync(hanging.Url));
        foreach (var endpoint in bad)
            await TellAsync(endpoint, 10);
        await allHang.Task.WaitAsync(TimeSpan.FromMinutes(1));

        // None of their places is free again before the other has come.
        var begun = TimeProvider.System.GetTimestamp();
        await TellAsync(fine, 20);
        await good.First.Task.WaitAsync(TimeSpan.FromSeconds(30));
        TestContext.Out.WriteLine($"The other's first event came after {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms.");
        Assert.That(hanging.Requests, Has.Count.EqualTo(100), "one each");
    }
}
