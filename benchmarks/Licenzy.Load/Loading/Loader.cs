using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Licenzy.Load.Loading;

/// <summary>
/// Keeps a fixed number of connections busy from one thread: ask which sockets have something, take it, send the next. Asynchronous sockets would
/// hand every answer from one thread to another, and take from the server the processor that is to be measured.
/// </summary>
internal sealed class Loader(IPEndPoint server, RequestText text, int connections) : IDisposable
{
    private const int PatienceMicroseconds = 30_000_000;

    private readonly Dictionary<Socket, Lane> _lanes =
        Enumerable.Range(0, connections).Select(_ => new Lane(server, text)).ToDictionary(lane => lane.Socket);

    /// <summary>Sends for so long, or so many; returns when every request was answered.</summary>
    public Round Run(TimeSpan time, long most = long.MaxValue)
    {
        var (took, failed, sent) = (new List<long>(1 << 18), 0L, 0L);
        var busy = new HashSet<Socket>();
        var ready = new List<Socket>(_lanes.Count);
        var begun = Stopwatch.GetTimestamp();
        foreach (var lane in _lanes.Values.Where(_ => sent < most))
            Send(lane);

        while (busy.Count > 0)
        {
            ready.Clear();
            ready.AddRange(busy);
            Socket.Select(ready, null, null, PatienceMicroseconds);
            if (ready.Count == 0)
                throw new TimeoutException("The server answered nothing for 30 seconds.");
            foreach (var socket in ready)
            {
                var lane = _lanes[socket];
                if (lane.Receive() is not { } ticks)
                    continue;
                if (lane.IsGood)
                    took.Add(ticks);
                else
                    failed++;
                busy.Remove(socket);
                if (sent < most && Stopwatch.GetElapsedTime(begun) < time)
                    Send(lane);
            }
        }

        return Round.Of(took, failed, Stopwatch.GetElapsedTime(begun));

        void Send(Lane lane)
        {
            sent++;
            busy.Add(lane.Socket);
            lane.Send();
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Dispose();
    }
}
