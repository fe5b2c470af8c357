using System.Diagnostics.Metrics;
using System.Text;
using Licenzy.Server.Hosting.Metrics;

namespace Licenzy.Server.Tests.Metrics;

/// <summary>An instrument's series: counted exactly by many threads, never more than a bound, and written so that every value can be read back.</summary>
public sealed class MetricFamilyTests
{
    private readonly Meter _meter = new("tests");

    [OneTimeTearDown]
    public void Dispose() => _meter.Dispose();

    [Test]
    public void Many_threads_lose_no_count()
    {
        var counter = new MetricFamily(_meter.CreateCounter<long>("tests.counter"));
        var histogram = new MetricFamily(_meter.CreateHistogram("tests.histogram", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }));
        Parallel.For(0, 20_000, i =>
        {
            counter.Record(1, [new("result", i % 2 == 0 ? "even" : "odd")]);
            histogram.Record(i % 4, []);
        });

        Assert.That(counter.Series.Select(series => (series.Labels, series.Value)), Is.EqualTo(new[] { ("result=\"even\"", 10_000d), ("result=\"odd\"", 10_000d) }));
        Assert.That(histogram.Series.Single().Cumulative(), Is.EqualTo(new[] { 10_000, 15_000, 20_000 }));
        Assert.That(histogram.Series.Single().Value, Is.EqualTo(30_000));
    }

    [Test]
    public void Series_have_a_bound_and_what_comes_on_top_shares_one()
    {
        var family = new MetricFamily(_meter.CreateCounter<long>("tests.many"));
        for (var i = 0; i < 5000; i++)
            family.Record(1, [new("name", $"n{i}")]);

        Assert.That(family.Series, Has.Count.EqualTo(1001));
        Assert.That(family.Series[^1].Labels, Is.EqualTo("otel_metric_overflow=\"true\""));
        Assert.That(family.Series.Sum(series => series.Value), Is.EqualTo(5000));
    }

    [Test]
    public void Every_value_and_label_can_be_read_back()
    {
        var family = new MetricFamily(_meter.CreateGauge<double>("tests.gauge", "By", "Two\nlines and a \\."));
        foreach (var (value, label) in new[] { (1.5, "a\"b"), (double.PositiveInfinity, "a\\b"), (double.NaN, "a\nb"), (-0.000001, "ä"), (123456789012, "") })
            family.Record(value, [new("of", label)]);

        var text = Encoding.UTF8.GetString(PrometheusText.Of([family]));
        var scrape = new Scrape(text);
        Assert.That(text, Does.StartWith("# HELP tests_gauge_bytes Two\\nlines and a \\\\.\n# TYPE tests_gauge_bytes gauge\n"));
        Assert.That(scrape["tests_gauge_bytes{of=\"a\\\"b\"}"], Is.EqualTo(1.5));
        Assert.That(scrape["tests_gauge_bytes{of=\"a\\\\b\"}"], Is.EqualTo(double.PositiveInfinity));
        Assert.That(scrape["tests_gauge_bytes{of=\"a\\nb\"}"], Is.NaN);
        Assert.That(scrape["tests_gauge_bytes{of=\"ä\"}"], Is.EqualTo(-0.000001));
        Assert.That(scrape["tests_gauge_bytes{of=\"\"}"], Is.EqualTo(123456789012));
    }
}
