using System.Collections.Concurrent;
using System.Diagnostics;

namespace Licenzy.Reliability.Tests.Running;

/// <summary>Clients that ask again and again, each on a connection of its own: is the server alive, and may the subject proceed?</summary>
internal sealed class Readers : IAsyncDisposable
{
    public const string Alive = "/healthz";
    public const string Check = "/v1/access/check";
    public static readonly string Summary = $"/v1/customer/access/{Stock.Subject(0)}";
    public static readonly string Rights = $"/v1/entitlements/{Stock.Subject(0)}";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly CancellationTokenSource _enough = new();
    private readonly Task _work;

    private Readers(ServerProcess server) => _work = Task.WhenAll([.. new[] { Alive, Check, Summary, Rights }.Select(path => Task.Run(() => AskAsync(server, path)))]);

    /// <summary>What was asked, when, and how it was answered.</summary>
    public ConcurrentQueue<(string Path, long At, Reply Reply)> Answers { get; } = [];

    public static Readers Start(ServerProcess server) => new(server);

    /// <summary>When the last of those access checks was asked that were answered with 200 before an instant.</summary>
    public long LastAllowed(long before) => Answers
        .Where(answer => answer.Path == Check && answer.Reply.Status == 200 && Stopwatch.GetElapsedTime(answer.At, before) > answer.Reply.Took)
        .Max(answer => answer.At);

    /// <summary>The answers to what was asked since an instant, by what was asked.</summary>
    public ILookup<string, Reply> Since(long timestamp) => Answers.Where(answer => answer.At >= timestamp).ToLookup(answer => answer.Path, answer => answer.Reply);

    /// <summary>Everything was asked and answered with 200 since an instant; says how fast.</summary>
    public void AssertAllAnswered(long since)
    {
        var answers = Since(since);
        foreach (var path in new[] { Alive, Check, Summary, Rights })
        {
            Assert.That(answers[path].Select(reply => reply.Status), Is.Not.Empty.And.All.EqualTo(200), path);
            Report(path, answers[path]);
        }
    }

    /// <summary>Nothing but a plain answer or a plain "come back"; and the process never seemed dead.</summary>
    public void AssertNoneBroken()
    {
        var answers = Since(0);
        Assert.That(answers[Alive].Select(reply => reply.Status), Is.Not.Empty.And.All.EqualTo(200));
        Assert.That(answers.SelectMany(path => path).Where(reply => reply.Status != 200 && !reply.IsComeBack), Is.Empty);
        foreach (var path in answers)
            Report(path.Key, path);
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _work;
        _enough.Dispose();
    }

    private static void Report(string path, IEnumerable<Reply> replies)
    {
        var took = replies.Select(reply => reply.Took.TotalMilliseconds).Order().ToArray();
        TestContext.Out.WriteLine($"{path}: {took.Length} answers, p99 {took[took.Length * 99 / 100]:0} ms, the last {took[^1]:0} ms");
    }

    private async Task AskAsync(ServerProcess server, string path)
    {
        using var app = server.App();
        using var pace = new PeriodicTimer(Pace);
        while (!_enough.IsCancellationRequested)
        {
            Answers.Enqueue((path, Stopwatch.GetTimestamp(), await AskOnceAsync(app, path)));
            await pace.WaitForNextTickAsync();
        }
    }

    private static async Task<Reply> AskOnceAsync(HttpClient app, string path)
    {
        try
        {
            return path == Check ? await Reply.PostAsync(app, path, new { subject_ref = Stock.Bystander }) : await Reply.GetAsync(app, path);
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException)
        {
            return new Reply(0, unanswered.Message, SaysWhenToComeBack: false, TimeSpan.Zero);
        }
    }
}
