using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>A request as a receiver got it.</summary>
internal sealed record Received(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];
}

/// <summary>Somebody's endpoint on a free port, byte by byte, so that it can misbehave in every way.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<Received> _requests = new();
    private readonly Task _accepting;
    private int _now;
    private int _most;

    public Receiver(Func<Received, Stream, CancellationToken, Task>? answer = null)
    {
        Answer = answer ?? With(200);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Func<Received, Stream, CancellationToken, Task> Answer { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/hooks?from=licenzy";

    public IReadOnlyList<Received> Requests => [.. _requests];

    /// <summary>How many requests were answered at the same time at most.</summary>
    public int MostAtOnce => _most;

    /// <summary>Completes with the first request.</summary>
    public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Func<Received, Stream, CancellationToken, Task> With(int status, string headers = "", string body = "") =>
        (_, stream, token) => WriteAsync(stream, $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} Word\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", token);

    public static Task HangAsync(Received request, Stream stream, CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    public static Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_end.Token);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            while (await ReadAsync(stream) is { } request)
            {
                var now = Interlocked.Increment(ref _now);
                for (var most = _most; now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = _most)
                {
                }

                _requests.Enqueue(request);
                First.TrySetResult();
                try
                {
                    await Answer(request, stream, _end.Token);
                }
                finally
                {
                    Interlocked.Decrement(ref _now);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
        {
            // The sender hung up, or the test is over.
        }
    }

    private async Task<Received?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return new Received(lines[0], headers, body);
    }
}
