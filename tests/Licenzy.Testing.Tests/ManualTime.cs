namespace Licenzy.Testing.Tests;

/// <summary>A clock that moves only when told, with timers that fire then.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly object gate = new();
    private readonly List<(DateTimeOffset Due, ManualTimer Timer)> timers = [];
    private DateTimeOffset now = start;

    /// <summary>Completes when somebody starts to wait.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.Due <= now).Select(timer => timer.Timer)];
            timers.RemoveAll(timer => timer.Due <= now);
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state);
        lock (gate)
            timers.Add((now + dueTime, timer));
        Waiting.TrySetResult();
        return timer;
    }

    private sealed class ManualTimer(TimerCallback callback, object? state) : ITimer
    {
        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
