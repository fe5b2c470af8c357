namespace Licenzy.Load.Loading;

/// <summary>How long and how often each is asked.</summary>
internal sealed record Pace(TimeSpan Time, int Rounds);

/// <summary>A contender's rounds, and those of whom it is compared with.</summary>
internal sealed record Standing(string Name, IReadOnlyList<Round> Rounds, IReadOnlyList<Round>? Echo, IReadOnlyList<Round>? Naive)
{
    public double Median(Func<Round, double> figure) => Middle(Rounds.Select(figure));

    /// <summary>The median of the ratios of one round each.</summary>
    public double? Ratio(IReadOnlyList<Round>? other, Func<Round, double> figure) =>
        other is null ? null : Middle(Rounds.Zip(other, (ours, theirs) => figure(ours) / figure(theirs)));

    public static double Middle(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
