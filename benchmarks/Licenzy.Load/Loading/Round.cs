using System.Diagnostics;

namespace Licenzy.Load.Loading;

/// <summary>What one contender did in one turn.</summary>
internal sealed record Round
{
    public required double PerSecond { get; init; }

    /// <summary>Good answers.</summary>
    public required long Count { get; init; }

    /// <summary>Answers that were another than expected; they are no part of the rate.</summary>
    public required long Failed { get; init; }

    public required double P50 { get; init; }

    public required double P99 { get; init; }

    /// <summary>Seconds of processor time that the server took for a thousand requests.</summary>
    public double CpuPerThousand { get; init; }

    /// <summary>How much of one processor the loader took.</summary>
    public double LoaderCpu { get; init; }

    public double MemoryMiB { get; init; }

    public static Round Of(List<long> ticks, long failed, TimeSpan time)
    {
        ticks.Sort();
        return new Round
        {
            PerSecond = ticks.Count / time.TotalSeconds, Count = ticks.Count, Failed = failed, P50 = At(0.50), P99 = At(0.99),
        };

        double At(double part) => ticks.Count == 0 ? double.NaN : ticks[(int)(part * (ticks.Count - 1))] * 1000.0 / Stopwatch.Frequency;
    }
}
