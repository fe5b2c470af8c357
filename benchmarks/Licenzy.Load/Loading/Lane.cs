using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Licenzy.Load.Loading;

/// <summary>One connection that is kept, with at most one request under way.</summary>
internal sealed class Lane : IDisposable
{
    private readonly RequestText _text;
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _received;
    private long _sentAt;

    public Lane(IPEndPoint server, RequestText text)
    {
        (_text, _request) = (text, text.Copy());
        Socket.Connect(server);
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Whether the last answer was the expected one.</summary>
    public bool IsGood { get; private set; }

    /// <summary>Whether it said to come back later.</summary>
    public bool IsRefused { get; private set; }

    public void Send()
    {
        _text.Renew(_request);
        (_received, _sentAt) = (0, Stopwatch.GetTimestamp());
        Socket.Send(_request);
    }

    /// <summary>Takes what has come; how long the answer took, in ticks of the stopwatch, once it is whole.</summary>
    public long? Receive()
    {
        var count = Socket.Receive(_answer.AsSpan(_received));
        if (count == 0)
            throw new IOException("The server closed a connection that was to be kept.");
        _received += count;
        var answer = _answer.AsSpan(0, _received);
        if (!Answer.IsWhole(answer))
            return null;
        (IsGood, IsRefused) = (Answer.IsGood(answer, _text.Expected), Answer.IsRefused(answer));
        return Stopwatch.GetTimestamp() - _sentAt;
    }

    public void Dispose() => Socket.Dispose();
}
