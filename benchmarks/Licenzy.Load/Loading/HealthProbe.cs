using System.Diagnostics;

namespace Licenzy.Load.Loading;

/// <summary>Asks <c>/healthz</c> again and again on a thread of its own, as whoever watches over the server does.</summary>
internal sealed class HealthProbe : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ending = new();
    private readonly List<long> _took = [];
    private readonly Task _work;

    public HealthProbe(Uri server) => _work = Task.Factory.StartNew(() => Ask(server), TaskCreationOptions.LongRunning);

    /// <summary>Answers that were no 200, or none.</summary>
    public int Failed { get; private set; }

    /// <summary>Milliseconds. Ends the asking.</summary>
    public async Task<double> P99Async()
    {
        await _ending.CancelAsync();
        await _work;
        return Round.Of(_took, 0, TimeSpan.FromSeconds(1)).P99;
    }

    public void Dispose() => _ending.Dispose();

    private void Ask(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(10) };
        while (!_ending.Token.WaitHandle.WaitOne(Pause))
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
                using var answer = http.Send(request);
                Failed += answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException)
            {
                Failed++;
            }

            _took.Add(Stopwatch.GetTimestamp() - begun);
        }
    }
}
