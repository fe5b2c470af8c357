namespace Licenzy.Domain.Webhooks;

/// <summary>When a delivery is tried: at once, then after each delay until they are used up (CONTRACT §1).</summary>
public sealed class DeliverySchedule
{
    private const double Spread = 0.2;

    private readonly IReadOnlyList<TimeSpan> _retries;

    /// <summary>A schedule of one's own.</summary>
    /// <param name="delays">From one try to the next. The first try is always at once; a leading zero stands for it and may be left out.</param>
    public DeliverySchedule(IReadOnlyList<TimeSpan> delays) => _retries = delays.Count > 0 && delays[0] == TimeSpan.Zero ? [.. delays.Skip(1)] : [.. delays];

    /// <summary>0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten tries within three days and some hours.</summary>
    public static DeliverySchedule Default { get; } = new(
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ]);

    /// <summary>How many tries a delivery has; a requeue gives as many again.</summary>
    public int Tries => _retries.Count + 1;

    /// <summary>When the next try is due, <see langword="null"/> when there is none.</summary>
    /// <param name="tries">How many were made of this budget, the failed one included.</param>
    /// <param name="now">When the last one failed.</param>
    /// <param name="chance">From 0 to 1: where in the spread of 20 % to either side, so that what failed together does not come back together.</param>
    /// <param name="retryAfter">What the receiver asked for; it is heard from the scheduled delay up to twice of it.</param>
    public DateTimeOffset? Next(long tries, DateTimeOffset now, double chance, TimeSpan? retryAfter)
    {
        if (tries < 1 || tries > _retries.Count)
            return null;
        var delay = _retries[(int)tries - 1];
        var spread = delay * (1 - Spread + (2 * Spread * chance));
        return now + (retryAfter is { } asked && asked > spread ? TimeSpan.FromTicks(Math.Max(spread.Ticks, Math.Min(asked.Ticks, 2 * delay.Ticks))) : spread);
    }
}
