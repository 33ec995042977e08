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
        Retries = meter.CreateCounter<long>("millwright.feed.call.failed", "{call}", "Calls that failed.");
        Rewinds = meter.CreateCounter<long>("millwright.feed.rewound", "{asset}", "Twins that asked for earlier records.");
        Quarantined = meter.CreateCounter<long>("millwright.feed.quarantined", "{message}", "Messages written to quarantine.");
        meter.CreateObservableGauge("millwright.feed.lag.bytes", () => Status?.LagBytes ?? 0, "By", "Durable, not yet read.");
        meter.CreateObservableGauge("millwright.feed.lag", () =>
            Status?.Lag.TotalSeconds ?? 0, "s", "Age of the newest record read, while behind.");
        meter.CreateObservableGauge("millwright.feed.buffered", () => Status?.BufferedSamples ?? 0, "{sample}", "Samples in memory.");
        meter.CreateObservableGauge("millwright.feed.held", () => Status?.HeldBytes ?? 0, "By", "Log that cannot be truncated yet.");
    }

    /// <summary>Last published; null before the first round.</summary>
    public FeedStatus? Status { get; internal set; }

    internal Counter<long> Records { get; }

    internal Counter<long> Delivered { get; }

    internal Counter<long> Retries { get; }

    internal Counter<long> Rewinds { get; }

    internal Counter<long> Quarantined { get; }

    internal void BatchSent(int samples)
    {
        batches.Add(1);
        batchSamples.Record(samples);
    }
}
