namespace Licenzy.Server.Hosting.Limits;

/// <summary>
/// Permits that fill up with time. The framework's own bucket (System.Threading.RateLimiting) reads the machine's stopwatch, which no test can move.
/// </summary>
internal sealed class TokenBucket(double perSecond, double burst, DateTimeOffset now)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _asOf = now;
    private double _taken;

    /// <summary>When it was last asked.</summary>
    public DateTimeOffset AsOf
    {
        get
        {
            lock (_gate)
            {
                return _asOf;
            }
        }
    }

    /// <summary>Takes a permit; else says how long it takes until there is one.</summary>
    public TimeSpan? TryTake(DateTimeOffset now)
    {
        lock (_gate)
        {
            _taken = TakenAt(now);
            _asOf = now;
            if (_taken > burst - 1)
            {
                return TimeSpan.FromSeconds((_taken - burst + 1) / perSecond);
            }

            _taken++;
            return null;
        }
    }

    /// <summary>Whether it has filled up again: then it says nothing that a new one would not.</summary>
    public bool IsFull(DateTimeOffset now)
    {
        lock (_gate)
        {
            return TakenAt(now) <= 0;
        }
    }

    // A clock that was set back gives nothing, and takes nothing.
    private double TakenAt(DateTimeOffset now) => Math.Max(0, _taken - (perSecond * Math.Max(0, (now - _asOf).TotalSeconds)));
}
