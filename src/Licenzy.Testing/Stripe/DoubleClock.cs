namespace Licenzy.Testing;

/// <summary>The double's time: the real one plus what was advanced, in whole seconds as Stripe counts.</summary>
internal sealed class DoubleClock(TimeProvider real)
{
    private long offsetTicks;

    public TimeProvider Real => real;

    public DateTimeOffset Now => WholeSeconds(real.GetUtcNow().AddTicks(Interlocked.Read(ref offsetTicks)));

    public void Advance(TimeSpan by)
    {
        if (by < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(by), by, "Time at Stripe only moves forward.");
        Interlocked.Add(ref offsetTicks, by.Ticks);
    }

    public void MoveTo(DateTimeOffset instant)
    {
        if (instant > Now)
            Advance(instant - Now);
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());
}
