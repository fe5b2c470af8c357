using System.Globalization;

namespace Licenzy.Load.Loading;

/// <summary>Prints figures as a table of Markdown, to be pasted as it is.</summary>
internal static class Table
{
    public static void Print(string title, IReadOnlyList<Standing> standings)
    {
        Console.WriteLine($"\n### {title}\n");
        Print(
            ["server", "requests/s", "× echo", "× naive", "p50 ms", "p99 ms", "p99 ×", "CPU s / 1,000", "memory MiB", "loader CPU", "failed"],
            standings.Select(Row));
    }

    public static void Print(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("--:|", columns.Count - 1))}");
        foreach (var row in rows)
            Console.WriteLine($"| {string.Join(" | ", row)} |");
    }

    public static string Text(double figure, string format) => figure.ToString(format, CultureInfo.InvariantCulture);

    private static string[] Row(Standing standing) =>
    [
        standing.Name,
        Text(standing.Median(round => round.PerSecond), "#,0"),
        Times(standing.Ratio(standing.Echo, round => round.PerSecond)),
        Times(standing.Ratio(standing.Naive, round => round.PerSecond)),
        Text(standing.Median(round => round.P50), "0.00"),
        Text(standing.Median(round => round.P99), "0.00"),
        Times(standing.Ratio(standing.Echo ?? standing.Naive, round => round.P99)),
        Text(standing.Median(round => round.CpuPerThousand), "0.000"),
        Text(standing.Median(round => round.MemoryMiB), "0"),
        Text(standing.Median(round => round.LoaderCpu), "0.00"),
        Text(standing.Rounds.Sum(round => round.Failed), "#,0"),
    ];

    private static string Times(double? ratio) => ratio is { } times ? Text(times, "0.00") : "";
}
