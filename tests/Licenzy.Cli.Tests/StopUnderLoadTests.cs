using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Licenzy.Cli.Tests;

/// <summary>SIGTERM while there is much to do: what was answered holds, nothing else happened, exit 0 within ten seconds (CONTRACT §6).</summary>
public sealed class StopUnderLoadTests
{
    private const int Connections = 8;
    private const int Units = 1_000_000;
    // Twice what is promised: beside other tests a machine may be that slow, and a server that waits for its requests waits for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly Uri _address = FreePort.Address();
    private string _data = null!;

    [SetUp]
    public void MakeFolder() => _data = Directory.CreateTempSubdirectory("licenzy-stop-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_data, recursive: true);

    [Test]
    public async Task Every_request_is_answered_whole_or_has_done_nothing()
    {
        var outcomes = new Outcomes();
        await using (var server = await StartAsync())
        {
            using var setUp = Client("Admin key");
            await CreatedAsync(setUp, "/portal/products", new { mode = "test", product_code = "PACK", name = "Pack", kind = "usage_pack", stripe_price_id = "price_1", units = Units });
            await CreatedAsync(setUp, "/portal/customers/user_1/grants", new { product_code = "PACK", reason = "a test" });

            var busy = new TaskCompletionSource();
            var load = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => ConsumeUntilItStopsAsync(outcomes, busy))).ToList();
            await busy.Task;
            var stopping = Stopwatch.StartNew();
            await server.TerminateAsync();
            Assert.That(await server.ExitAsync(), Is.Zero, server.Output);
            Assert.That(stopping.Elapsed, Is.LessThan(Longest));
            await Task.WhenAll(load);
        }

        await using var again = await StartAsync();
        using var app = Client("Runtime key");
        var taken = Units - await LeftAsync(app);
        Assert.That(taken, Is.InRange(outcomes.Taken.Count, outcomes.Taken.Count + outcomes.Busy.Count), "what was answered was taken, and nothing else");
        foreach (var (key, text) in outcomes.Taken)
            Assert.That(await ConsumeAsync(app, key), Is.EqualTo((200, text, true)), "a repeat hears the first answer");
        foreach (var key in outcomes.Cut)
            Assert.That((await ConsumeAsync(app, key)).Replayed, Is.False, "had taken effect without an answer");
        foreach (var key in outcomes.Busy)
            Assert.That((await ConsumeAsync(app, key)).Status, Is.EqualTo(200), "a repeat settles what 503 left open");
        Assert.That(await LeftAsync(app), Is.EqualTo(Units - outcomes.Taken.Count - outcomes.Cut.Count - outcomes.Busy.Count));
        TestContext.Out.WriteLine($"{outcomes.Taken.Count} answered, {outcomes.Busy.Count} told to come back, {outcomes.Cut.Count} of {Connections} connections cut before an answer");
    }

    [Test]
    public async Task A_request_that_never_ends_does_not_keep_it_from_stopping()
    {
        await using var server = await StartAsync();
        using var slow = new TcpClient();
        await slow.ConnectAsync(_address.Host, _address.Port);
        var head = $"POST /v1/access/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key("Runtime key")}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\nExpect: 100-continue\r\n\r\n";
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        // Asked for the body, so the request is under way.
        Assert.That(await slow.GetStream().ReadAsync(new byte[1024]), Is.GreaterThan(0));
        using var dripping = new CancellationTokenSource();
        var drip = DripAsync(slow, dripping.Token);

        var stopping = Stopwatch.StartNew();
        await server.TerminateAsync();
        Assert.That(await server.ExitAsync(), Is.Zero, server.Output);
        TestContext.Out.WriteLine($"stopped in {stopping.Elapsed.TotalSeconds:0.0} s");
        Assert.That(stopping.Elapsed, Is.LessThan(Longest));
        Assert.That(server.Output, Does.Not.Contain("Unhandled").And.Not.Contain("   at "));
        await dripping.CancelAsync();
        await drip;
    }

    private async Task<Tool> StartAsync()
    {
        var server = Tool.Licenzy(new Dictionary<string, string> { ["Licenzy__RateLimiting__PermitsPerSecond"] = "0" }, "serve", "--data", _data, "--urls", _address.ToString());
        await server.AnswersAsync(new Uri(_address, "/readyz"));
        return server;
    }

    private async Task ConsumeUntilItStopsAsync(Outcomes outcomes, TaskCompletionSource busy)
    {
        using var app = Client("Runtime key");
        while (true)
        {
            var key = Guid.NewGuid().ToString();
            try
            {
                var (status, text, _) = await ConsumeAsync(app, key);
                if (status == 200)
                    outcomes.Taken[key] = text;
                else if (status == 503)
                    outcomes.Busy.Add(key);
                else
                    busy.TrySetException(new AssertionException(text));
                if (outcomes.Taken.Count > 50 * Connections)
                    busy.TrySetResult();
            }
            catch (HttpRequestException)
            {
                // The server takes nothing more; a request on its way may be lost, but never half.
                outcomes.Cut.Add(key);
                return;
            }
        }
    }

    // Faster than the web server's least rate, so that it goes on for as long as it may.
    private static async Task DripAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await pause.WaitForNextTickAsync(cancellationToken))
                await client.GetStream().WriteAsync(new byte[100], cancellationToken);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
        }
    }

    private static async Task<(int Status, string Text, bool Replayed)> ConsumeAsync(HttpClient app, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/usage/consume") { Content = JsonContent.Create(new { subject_ref = "user_1", units = 1 }) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await app.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Contains("Idempotency-Replayed"));
    }

    private static async Task<long> LeftAsync(HttpClient app) =>
        (long)JsonNode.Parse(await app.GetStringAsync(new Uri("/v1/customer/access/user_1", UriKind.Relative)))!["entitlements"]![0]!["usage_remaining"]!;

    private static async Task CreatedAsync(HttpClient portal, string path, object body)
    {
        using var answer = await portal.PostAsJsonAsync(path, body);
        Assert.That((int)answer.StatusCode, Is.EqualTo(201), await answer.Content.ReadAsStringAsync());
    }

    private HttpClient Client(string keyName)
    {
        var client = new HttpClient { BaseAddress = _address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key(keyName));
        return client;
    }

    private string Key(string name) =>
        File.ReadAllLines(Path.Combine(_data, "first-run.txt")).Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(": ")[1];

    private sealed class Outcomes
    {
        public ConcurrentDictionary<string, string> Taken { get; } = new();

        /// <summary>Told to come back, which a slow machine may do at any time.</summary>
        public ConcurrentBag<string> Busy { get; } = [];

        public ConcurrentBag<string> Cut { get; } = [];
    }
}
