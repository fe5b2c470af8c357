using System.Collections.Concurrent;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>Clients that take unit after unit, each as a careful client would: what is told to come back comes back with the same key.</summary>
internal sealed class Takers : IAsyncDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _enough = new();
    private readonly Task _work;

    private Takers(IEnumerable<(HttpClient App, string Path, string Subject)> clients) =>
        _work = Task.WhenAll([.. clients.Select(client => Task.Run(() => TakeAsync(client.App, client.Path, client.Subject)))]);

    /// <summary>What was answered with yes, and with which words.</summary>
    public ConcurrentDictionary<Taking, string> Acknowledged { get; } = new();

    /// <summary>What was told to come back when all was over.</summary>
    public ConcurrentBag<Taking> Open { get; } = [];

    /// <summary>Answers that may be given, though nothing is promised by them.</summary>
    public ConcurrentBag<Reply> ToldToComeBack { get; } = [];

    /// <summary>Answers that must never be given.</summary>
    public ConcurrentBag<string> Unexpected { get; } = [];

    /// <summary>Every second client holds instead of consuming: another kind of transaction.</summary>
    public static Takers Start(ServerProcess server, int clients, int subjects) => new(Enumerable.Range(0, clients)
        .Select(i => (server.App(), i % 2 == 0 ? Taking.Consume : Taking.Hold, Stock.Subject(i % subjects))));

    /// <summary>Waits until so many more are acknowledged; how long that took.</summary>
    public Task<TimeSpan> TakeAsync(int more)
    {
        var goal = Acknowledged.Count + more;
        return Patience.UntilAsync(() => Acknowledged.Count >= goal, () => $"{goal - Acknowledged.Count} of {more} are missing. {this}");
    }

    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }

    public override string ToString()
    {
        var waits = ToldToComeBack.Select(reply => reply.Took).Order().ToArray();
        var slow = waits.Length == 0 ? "" : $" (p99 after {waits[waits.Length * 99 / 100].TotalSeconds:0.00} s, the last after {waits[^1].TotalSeconds:0.00} s)";
        return $"{Acknowledged.Count} acknowledged, {waits.Length} told to come back{slow}, {Open.Count} open{(Unexpected.TryPeek(out var first) ? $", {Unexpected.Count} unexpected, such as {first}" : "")}";
    }

    private async Task TakeAsync(HttpClient app, string path, string subject)
    {
        using var closing = app;
        while (!_enough.IsCancellationRequested)
            await SettleAsync(app, Taking.New(path, subject));
    }

    private async Task SettleAsync(HttpClient app, Taking taking)
    {
        try
        {
            var reply = await taking.SendAsync(app);
            for (; reply.IsComeBack && !_enough.IsCancellationRequested; reply = await taking.SendAsync(app))
            {
                ToldToComeBack.Add(reply);
                await Task.Delay(Rest, TimeProvider.System, CancellationToken.None);
            }

            if (reply.Status is 200 or 201)
                Acknowledged[taking] = reply.Text;
            else if (reply.IsComeBack)
                Open.Add(taking);
            else
                Unexpected.Add(reply.ToString());
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException or System.Text.Json.JsonException)
        {
            Unexpected.Add(unanswered.Message);
        }
    }
}
