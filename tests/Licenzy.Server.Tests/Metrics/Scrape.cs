using System.Globalization;
using System.Text.RegularExpressions;

namespace Licenzy.Server.Tests.Metrics;

/// <summary>A scrape's text, read as strictly as Prometheus reads format 0.0.4.</summary>
public sealed partial class Scrape
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public Scrape(string text)
    {
        Assert.That(text, Does.EndWith("\n"));
        string? family = null;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                Assert.That(_types.TryAdd(family, type.Groups[2].Value), Is.True, $"{family} stands twice");
            }
            else if (!HelpLine().IsMatch(line))
            {
                var sample = SampleLine().Match(line);
                Assert.That(sample.Success, Is.True, $"no line of the format: {line}");
                Assert.That(sample.Groups["name"].Value, Does.StartWith(family!), "a sample outside its family");
                Assert.That(_values.TryAdd(sample.Groups["series"].Value, Number(sample.Groups["value"].Value)), Is.True, $"twice: {line}");
            }
        }
    }

    public IReadOnlyDictionary<string, string> Types => _types;

    public IEnumerable<string> Series => _values.Keys;

    /// <summary>The value of one series, 0 where it has not been seen.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    /// <summary>The sum over all series that contain every part.</summary>
    public double Sum(params string[] parts) => _values.Where(one => parts.All(part => one.Key.Contains(part, StringComparison.Ordinal))).Sum(one => one.Value);

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("""^(?<series>(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})?) (?<value>[-+0-9.eE]+|\+Inf|NaN)$""")]
    private static partial Regex SampleLine();
}
