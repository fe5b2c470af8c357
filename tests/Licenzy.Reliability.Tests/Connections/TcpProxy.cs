using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>A cable between a server and PostgreSQL that swallows what is sent without cutting anything, as a broken switch does.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentBag<Task> _lines = [];
    private readonly int _target;
    private readonly Task _work;
    private (string Name, TaskCompletionSource Healed)? _hole;
    private int _held;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _work = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often something was held back.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>From now on nothing passes, either way, on connections that introduce themselves with this name; an empty one means all.</summary>
    public void Swallow(string applicationName) => _hole = (applicationName, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>What was held back is delivered, as a network does that sends again.</summary>
    public void Heal()
    {
        var healed = _hole?.Healed;
        _hole = null;
        healed?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _work;
        await Task.WhenAll(_lines);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _lines.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
            var said = new StringBuilder();
            await Task.WhenAny(CarryAsync(near, far, said, isIntroduction: true), CarryAsync(far, near, said, isIntroduction: false));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            // Both ends see the other go.
        }
    }

    // A connection says its name in its first packets, in clear.
    private async Task CarryAsync(TcpClient from, TcpClient to, StringBuilder said, bool isIntroduction)
    {
        const int introduction = 1024;
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.GetStream().ReadAsync(buffer, _ending.Token)) > 0;)
            {
                if (isIntroduction && said.Length < introduction)
                    said.Append(Encoding.ASCII.GetString(buffer, 0, read));
                for (var hole = _hole; hole is { } open && said.ToString().Contains(open.Name, StringComparison.Ordinal); hole = _hole)
                {
                    Interlocked.Increment(ref _held);
                    await open.Healed.Task.WaitAsync(_ending.Token);
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _ending.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The other direction ends with it.
        }
    }
}
