namespace Licenzy.Packages.Tests.Stubs;

/// <summary>Ends waits at once, and silences when the test says so.</summary>
public sealed class SilenceClock : TimeProvider
{
    private readonly List<Watch> _watches = [];

    /// <summary>How long a silence is waited out just now; empty where nothing is waited for.</summary>
    public IReadOnlyList<TimeSpan> Watched
    {
        get
        {
            lock (_watches)
            {
                return [.. _watches.Where(watch => watch.Due > TimeSpan.Zero).Select(watch => watch.Due)];
            }
        }
    }

    public void EndSilence()
    {
        Watch[] due;
        lock (_watches)
        {
            due = [.. _watches.Where(watch => watch.Due > TimeSpan.Zero)];
        }

        foreach (var watch in due)
            watch.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero)
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        var watch = new Watch(() => callback(state));
        lock (_watches)
        {
            _watches.Add(watch);
        }

        return watch;
    }

    private sealed class Watch(Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose() => Due = Timeout.InfiniteTimeSpan;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
