using System.Diagnostics.Metrics;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>
/// Listens to this server's meter and to the runtime's, and keeps the sums for whoever scrapes. A seam: an exporter's package would listen to the
/// same meters in its place.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    // Of the runtime's many instruments those that tell a healthy process from a sick one.
    private static readonly HashSet<string> OfTheRuntime = new(StringComparer.Ordinal)
    {
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size", "dotnet.gc.last_collection.memory.committed_size", "dotnet.gc.pause.time",
        "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "dotnet.monitor.lock_contentions",
    };

    private readonly List<MetricFamily> _families = [];
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();

    // Asks for the meters so that they are there before it listens.
    public MetricsCollector(IMeterFactory factory, Meters _)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument, factory))
            {
                listener.EnableMeasurementEvents(instrument, Add(new MetricFamily(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>All instruments by name, with what has been measured up to now.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            return [.. _families.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    // Another server in the same process has a meter of the same name, but not of the same factory.
    private static bool IsWanted(Instrument instrument, IMeterFactory factory) =>
        (instrument.Meter.Name == Meters.Name && ReferenceEquals(instrument.Meter.Scope, factory))
        || (instrument.Meter.Name == "System.Runtime" && OfTheRuntime.Contains(instrument.Name));

    private MetricFamily Add(MetricFamily family)
    {
        lock (_gate)
        {
            _families.Add(family);
            return family;
        }
    }
}
