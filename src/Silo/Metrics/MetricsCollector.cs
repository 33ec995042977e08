using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Millwright.Silo.Metrics;

/// <summary>
/// Listens to all instruments of ours and of Orleans and keeps their figures for the next scrape. It has to exist before the first
/// measurement, or counters would start late.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    private static readonly double[] SecondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] MillisecondsBounds = [.. SecondsBounds.Select(b => b * 1000)];
    private static readonly double[] CountBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000];

    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly Lock scraping = new();
    private long scrape;

    public MetricsCollector()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (IsWanted(instrument) && FamilyOf(instrument) is { } family)
            {
                self.EnableMeasurementEvents(instrument, family);
            }
        };
        listener.SetMeasurementEventCallback<byte>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<short>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<int>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<long>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<float>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<double>((_, v, tags, state) => Measure(state, v, tags));
        listener.SetMeasurementEventCallback<decimal>((_, v, tags, state) => Measure(state, (double)v, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>The text of one scrape.</summary>
    public byte[] Scrape(bool openMetrics)
    {
        lock (scraping)
        {
            Interlocked.Increment(ref scrape);
            listener.RecordObservableInstruments();
            var text = new PrometheusText(openMetrics);
            foreach (MetricFamily family in families.Values.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                text.Write(family, family.Read(scrape));
            }

            ProcessMetrics.Write(text);
            return text.End();
        }
    }

    private static bool IsWanted(Instrument instrument) =>
        instrument.Name.StartsWith("millwright.", StringComparison.Ordinal)
        || instrument.Name.StartsWith("orleans-", StringComparison.Ordinal)
        || instrument.Meter.Name is "Microsoft.Orleans" or "Microsoft.AspNetCore.Server.Kestrel";

    private void Measure(object? state, double amount, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((MetricFamily)state!).Measure(amount, tags, Interlocked.Read(ref scrape));

    private MetricFamily? FamilyOf(Instrument instrument)
    {
        Type type = instrument.GetType();
        string generic = type.IsGenericType ? type.GetGenericTypeDefinition().Name : "";
        MetricKind kind = generic switch
        {
            "Counter`1" or "ObservableCounter`1" => MetricKind.Counter,
            "Histogram`1" => MetricKind.Histogram,
            _ => MetricKind.Gauge,
        };
        string name = MetricNames.Metric(instrument.Name, instrument.Unit, kind);
        MetricFamily family = families.GetOrAdd(name, _ => new MetricFamily(
            name, kind, instrument.Description ?? instrument.Name, kind == MetricKind.Histogram ? BoundsOf(instrument) : [],
                instrument.IsObservable)
        {
            IsUpDown = generic == "UpDownCounter`1",
        });

        // Two instruments may share a name only if they mean the same; the first one stays.
        return family.Kind == kind && family.IsObservable == instrument.IsObservable ? family : null;
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        double[]? advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            _ => null,
        };
        return advised ?? instrument.Unit switch
        {
            "s" => SecondsBounds,
            "ms" => MillisecondsBounds,
            _ => CountBounds,
        };
    }
}
