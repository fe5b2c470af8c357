using System.Collections.Concurrent;

namespace Licenzy.Server.Tests.Engines;

/// <summary>Listens to what the server prints: it says when it is ready, so nobody has to ask again and again.</summary>
internal sealed class ServerLog
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ready => ready.Task;

    public void Add(string? line)
    {
        if (line is null)
        {
            ready.TrySetException(Ended());
            return;
        }

        if (ready.Task.IsCompleted)
            return;
        lines.Enqueue(line);
        if (line.Contains("database system is ready to accept connections", StringComparison.Ordinal))
            ready.TrySetResult();
        else if (line.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal))
            ready.TrySetException(new PortTakenException());
        else if (line.Contains("FATAL:", StringComparison.Ordinal))
            ready.TrySetException(Ended());
    }

    public override string ToString() => string.Join('\n', lines);

    private InvalidOperationException Ended() => new($"PostgreSQL ended at its start:\n{this}");
}
