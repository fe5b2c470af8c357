using System.Collections.Concurrent;

namespace Licenzy.Packages.Tests.Stubs;

/// <summary>Remembers every wait and ends the short ones at once; waits of a minute and more are time-outs and keep their time.</summary>
public sealed class SkippingClock : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public DateTimeOffset Now { get; init; } = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime >= TimeSpan.FromMinutes(1))
            return System.CreateTimer(callback, state, dueTime, period);
        _waits.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
