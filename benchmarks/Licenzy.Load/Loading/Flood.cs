using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Licenzy.Load.Loading;

/// <summary>What came of an offered load.</summary>
/// <param name="Offered">Requests sent a second.</param>
/// <param name="Good">Good answers a second.</param>
/// <param name="Refused">Answers 429 or 503 with <c>Retry-After</c> a second.</param>
/// <param name="Other">All other answers.</param>
/// <param name="P99">Milliseconds of the good answers.</param>
internal sealed record Flooded(double Offered, double Good, double Refused, long Other, double P99);

/// <summary>
/// Offers a load whatever becomes of it: so many requests a second over many connections, where the server refuses what it cannot do. A connection with a
/// request under way takes no other; what finds none free is not sent.
/// </summary>
internal sealed class Flood(IPEndPoint server, RequestText text, int connections) : IDisposable
{
    // Looking at a thousand sockets takes a processor that is the server's as well, so it is done seldom.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Dictionary<Socket, Lane> _lanes =
        Enumerable.Range(0, connections).Select(_ => new Lane(server, text)).ToDictionary(lane => lane.Socket);

    public Flooded Run(TimeSpan time, double perSecond)
    {
        var (took, refused, other, sent, due) = (new List<long>(1 << 16), 0L, 0L, 0L, 0.0);
        var idle = new Stack<Lane>(_lanes.Values);
        var busy = new HashSet<Socket>();
        var ready = new List<Socket>(_lanes.Count);
        var begun = Stopwatch.GetTimestamp();
        var last = TimeSpan.Zero;
        for (var now = TimeSpan.Zero; now < time || busy.Count > 0; now = Stopwatch.GetElapsedTime(begun))
        {
            // What could not be sent is not sent later: it would be another load.
            due = Math.Min(idle.Count, due + (now < time ? (now - last).TotalSeconds * perSecond : -due));
            last = now;
            for (; due >= 1 && idle.TryPop(out var lane); due--, sent++)
            {
                busy.Add(lane.Socket);
                lane.Send();
            }

            ready.Clear();
            ready.AddRange(busy);
            Thread.Sleep(Pause);
            if (ready.Count == 0)
                continue;
            Socket.Select(ready, null, null, microSeconds: 0);
            foreach (var socket in ready)
            {
                var lane = _lanes[socket];
                if (lane.Receive() is not { } ticks)
                    continue;
                busy.Remove(socket);
                idle.Push(lane);
                if (lane.IsGood)
                    took.Add(ticks);
                else if (lane.IsRefused)
                    refused++;
                else
                    other++;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return new Flooded(sent / seconds, took.Count / seconds, refused / seconds, other, Round.Of(took, 0, time).P99);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Dispose();
    }
}
