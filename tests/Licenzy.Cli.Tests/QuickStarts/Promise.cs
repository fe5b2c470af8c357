using System.Text.RegularExpressions;

namespace Licenzy.Cli.Tests.QuickStarts;

/// <summary>Commands, and the lines that the README says they print.</summary>
internal sealed record Promise(string Commands, IReadOnlyList<string> Lines)
{
    /// <summary>The steps of a block: each runs to the lines that begin with a number sign.</summary>
    public static IEnumerable<Promise> In(string block)
    {
        var (commands, lines) = (new List<string>(), new List<string>());
        foreach (var line in block.TrimEnd().Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                lines.Add(line.Length > 2 ? line[2..] : "");
                continue;
            }

            if (lines.Count > 0)
            {
                yield return new Promise(string.Join('\n', commands), lines);
                (commands, lines) = ([], []);
            }

            commands.Add(line);
        }

        yield return new Promise(string.Join('\n', commands), lines);
    }

    /// <summary>The first line that was promised and did not come, in this order; <see langword="null"/> where all were kept.</summary>
    public string? Broken(string output)
    {
        var said = output.Split('\n').Select(line => line.TrimEnd()).ToList();
        var from = 0;
        foreach (var line in Lines)
        {
            var at = said.FindIndex(from, one => Pattern(line).IsMatch(one));
            if (at < 0)
                return line;
            from = at + 1;
        }

        return null;
    }

    // Three points stand for what differs.
    private static Regex Pattern(string line) => new($"^{string.Join(".*", line.Split('…').Select(Regex.Escape))}$", RegexOptions.NonBacktracking);
}
