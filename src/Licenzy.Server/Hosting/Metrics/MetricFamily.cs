using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>One instrument with its series, of which there are never more than a bound: what comes on top shares one.</summary>
internal sealed class MetricFamily
{
    private const int MostSeries = 1000;

    private readonly ConcurrentDictionary<Tags, MetricSeries> _series = new();
    private readonly IReadOnlyList<double> _bounds;
    private readonly MetricSeries _others;
    private readonly bool _isAbsolute;

    public MetricFamily(Instrument instrument)
    {
        _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
        _isAbsolute = instrument.IsObservable;
        Type = TypeOf(instrument);
        Name = NameOf(instrument, Type);
        Help = instrument.Description ?? "";
        // OpenTelemetry's mark for what found no place.
        _others = new MetricSeries("otel_metric_overflow=\"true\"", _bounds);
    }

    public string Name { get; }

    /// <summary><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    public string Type { get; }

    public string Help { get; }

    public IReadOnlyList<double> Bounds => _bounds;

    /// <summary>What has been measured so far.</summary>
    public IReadOnlyList<MetricSeries> Series =>
        [.. _series.Values.OrderBy(series => series.Labels, StringComparer.Ordinal), .. _series.Count >= MostSeries ? [_others] : Array.Empty<MetricSeries>()];

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new Tags(At(tags, 0), At(tags, 1), At(tags, 2));
        if (!_series.TryGetValue(key, out var series))
        {
            series = _series.Count >= MostSeries ? _others : _series.GetOrAdd(key, new MetricSeries(Labels(tags), _bounds));
        }

        if (Type == "histogram")
        {
            series.Observe(value);
        }
        else if (_isAbsolute || Type == "gauge")
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private static string TypeOf(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Histogram<>) ? "histogram"
            // The runtime declares these two as counters, though they fall as well as rise.
            : instrument.Name is "dotnet.thread_pool.thread.count" or "dotnet.thread_pool.queue.length" ? "gauge"
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? "counter" : "gauge";
    }

    private static object? At(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) => index < tags.Length ? tags[index].Value : null;

    // Prometheus' names: words joined by underscores, then the unit, and _total where something is counted.
    private static string NameOf(Instrument instrument, string type)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return instrument.Name.Replace('.', '_') + unit + (type == "counter" ? "_total" : "");
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)?
                .Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
            text.Append(text.Length > 0 ? "," : "").Append(name.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }

    // An instrument's tags come in one order, so their values tell its series apart. None of those listened to has more than three.
    private readonly record struct Tags(object? First, object? Second, object? Third);
}
