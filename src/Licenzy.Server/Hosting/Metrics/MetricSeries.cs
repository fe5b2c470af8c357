namespace Licenzy.Server.Hosting.Metrics;

/// <summary>One line of an instrument: its value under one set of tags.</summary>
internal sealed class MetricSeries(string labels, IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private double _value;

    /// <summary>The tags as the text format writes them, without braces.</summary>
    public string Labels => labels;

    /// <summary>The counter's sum, the gauge's last value, or the sum of what a histogram was told.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>How many measurements a histogram was told up to each bound, the last without bound.</summary>
    public IReadOnlyList<long> Cumulative()
    {
        var total = 0L;
        return [.. _buckets.Select((_, i) => total += Interlocked.Read(ref _buckets[i]))];
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        var seen = Volatile.Read(ref _value);
        double known;
        do
        {
            known = seen;
            seen = Interlocked.CompareExchange(ref _value, known + value, known);
        }
        while (!seen.Equals(known));
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Add(value);
    }
}
