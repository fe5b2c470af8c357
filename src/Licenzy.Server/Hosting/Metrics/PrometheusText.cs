using System.Globalization;
using System.Text;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static byte[] Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escaped(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            foreach (var series in family.Series)
            {
                if (family.Type == "histogram")
                {
                    AppendHistogram(text, family, series);
                }
                else
                {
                    AppendLine(text, family.Name, series.Labels, series.Value);
                }
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendHistogram(StringBuilder text, MetricFamily family, MetricSeries series)
    {
        var counts = series.Cumulative();
        var comma = series.Labels.Length > 0 ? "," : "";
        for (var i = 0; i < counts.Count; i++)
        {
            var bound = i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf";
            AppendLine(text, $"{family.Name}_bucket", $"{series.Labels}{comma}le=\"{bound}\"", counts[i]);
        }

        AppendLine(text, $"{family.Name}_sum", series.Labels, series.Value);
        AppendLine(text, $"{family.Name}_count", series.Labels, counts[^1]);
    }

    private static void AppendLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escaped(string help) => help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
}
