using System.Diagnostics.Metrics;

namespace Millwright.Ingest.Feed;

public sealed class FeedInstruments
{
    private readonly Histogram<int> batchSamples;
    private readonly Counter<long> batches;

    public FeedInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create("Millwright.Ingest");
        batchSamples = meter.CreateHistogram<int>("millwright.feed.batch.samples", "{sample}", "Samples per call to a twin.");
        batches = meter.CreateCounter<long>("millwright.feed.batch.sent", "{batch}", "Calls to twins.");
        Records = meter.CreateCounter<long>("millwright.feed.record.read", "{record}", "Records read from the log, without rewinds.");
        Delivered = meter.CreateCounter<long>("millwright.feed.sample.delivered", "{sample}", "Samples that a twin took.");
        Reread = meter.CreateCounter<long>("millwright.feed.record.reread", "{record}", "Records read again for twins that are behind.");
        Passes = meter.CreateCounter<long>("millwright.feed.rewind.begun", "{pass}", "Passes over the log for twins that are behind.");
        Gaps = meter.CreateCounter<long>("millwright.feed.gap", "{gap}", "Ranges that a twin misses and the log no longer has.");
        Poisoned = meter.CreateCounter<long>("millwright.feed.sample.poisoned", "{sample}", "Samples on which their twin throws.");
        Retries = meter.CreateCounter<long>("millwright.feed.call.failed", "{call}", "Calls that failed.");
        Rewinds = meter.CreateCounter<long>("millwright.feed.rewound", "{asset}", "Twins that asked for earlier records.");
        Quarantined = meter.CreateCounter<long>("millwright.feed.quarantined", "{message}", "Messages written to quarantine.");
        meter.CreateObservableGauge("millwright.feed.lag.bytes", () => Status?.LagBytes ?? 0, "By", "Durable, not yet read.");
        meter.CreateObservableGauge("millwright.feed.lag", () =>
            Status?.Lag.TotalSeconds ?? 0, "s", "Age of the newest record read, while behind.");
        meter.CreateObservableGauge("millwright.feed.class.lag", MeasureLag, "s", "Age of the oldest undelivered sample of the class.");
        meter.CreateObservableGauge("millwright.feed.class.behind", MeasureBehind, "{asset}", "Assets that the live reader skips.");
        meter.CreateObservableGauge("millwright.feed.buffered", () => Status?.BufferedSamples ?? 0, "{sample}", "Samples in memory.");
        meter.CreateObservableGauge("millwright.feed.held", () => Status?.HeldBytes ?? 0, "By", "Log that cannot be truncated yet.");
    }

    /// <summary>Last published; null before the first round.</summary>
    public FeedStatus? Status { get; internal set; }

    internal Counter<long> Records { get; }

    internal Counter<long> Delivered { get; }

    internal Counter<long> Reread { get; }

    internal Counter<long> Passes { get; }

    internal Counter<long> Gaps { get; }

    internal Counter<long> Poisoned { get; }

    internal Counter<long> Retries { get; }

    internal Counter<long> Rewinds { get; }

    internal Counter<long> Quarantined { get; }

    internal void BatchSent(int samples)
    {
        batches.Add(1);
        batchSamples.Record(samples);
    }

    private IEnumerable<Measurement<double>> MeasureLag() =>
        (Status?.Classes ?? []).Select(c => new Measurement<double>(c.Lag.TotalSeconds, Tag(c.Class)));

    private IEnumerable<Measurement<int>> MeasureBehind() =>
        (Status?.Classes ?? []).Select(c => new Measurement<int>(c.Behind, Tag(c.Class)));

    private static KeyValuePair<string, object?> Tag(LaneClass lane) => new("class", lane == LaneClass.Safety ? "safety" : "ordinary");
}
