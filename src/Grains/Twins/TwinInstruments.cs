using System.Diagnostics.Metrics;

namespace Millwright.Grains.Twins;

/// <summary>What all twins of this silo count together. No tag carries an asset id.</summary>
public sealed class TwinInstruments
{
    public const string MeterName = "Millwright.Grains";

    private readonly Counter<long> samples;
    private readonly Counter<long> alerts;
    private readonly Counter<long> checkpoints;
    private readonly Counter<long> checkpointBytes;
    private readonly Counter<long> failures;
    private readonly Counter<long> rewinds;
    private readonly Counter<long> rewound;
    private readonly Counter<long> counterfactuals;
    private readonly Histogram<double> alertLatency;

    public TwinInstruments(IMeterFactory factory)
    {
        Meter meter = factory.Create(MeterName);
        samples = meter.CreateCounter<long>("millwright.samples.observed", "{sample}", "Samples by fate");
        alerts = meter.CreateCounter<long>("millwright.alerts.decided", "{alert}", "Alert events decided by twins, by kind");
        checkpoints = meter.CreateCounter<long>("millwright.checkpoints.written", "{checkpoint}", "Twin checkpoints written");
        checkpointBytes = meter.CreateCounter<long>("millwright.checkpoints.bytes", "By", "Bytes of twin snapshots written");
        failures = meter.CreateCounter<long>("millwright.twins.failed", "{failure}", "Failed records and deliveries of twins, by reason");
        rewinds = meter.CreateCounter<long>("millwright.twins.rewinds", "{event}", "Doubts begun, rewinds and spans cut, by event");
        rewound = meter.CreateCounter<long>(
            "millwright.samples.rewound", "{sample}", "Samples that rewinds replayed, and late ones too old for detectors, by fate");
        counterfactuals = meter.CreateCounter<long>(
            "millwright.counterfactuals.tried", "{counterfactual}", "Counterfactuals tried before their alert left, by result");
        alertLatency = meter.CreateHistogram<double>("millwright.alerts.latency", "s", "From the sample's receipt to its alert's delivery");
    }

    public void Observed(string fate, long count)
    {
        if (count > 0)
        {
            samples.Add(count, new KeyValuePair<string, object?>("fate", fate));
        }
    }

    /// <summary>What late samples have cost an engine, and what became of counterfactuals, since it was last asked.</summary>
    internal void Rewound(RewindCounts before, RewindCounts after)
    {
        Add(rewinds, "event", "doubt", after.Doubts - before.Doubts);
        Add(rewinds, "event", "rewind", after.Rewinds - before.Rewinds);
        Add(rewinds, "event", "span-cut", after.SpansCut - before.SpansCut);
        Add(rewound, "fate", "replayed", after.Replayed - before.Replayed);
        Add(rewound, "fate", "unjudged", after.Unjudged - before.Unjudged);
        Add(counterfactuals, "result", "held", after.Held - before.Held);
        Add(counterfactuals, "result", "dropped", after.Dropped - before.Dropped);
    }

    public void Decided(string kind) => alerts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Checkpointed(int bytes)
    {
        checkpoints.Add(1);
        checkpointBytes.Add(bytes);
    }

    public void Failed(string reason) => failures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static void Add(Counter<long> counter, string tag, string value, long count)
    {
        if (count > 0)
        {
            counter.Add(count, new KeyValuePair<string, object?>(tag, value));
        }
    }

    public void Delivered(TimeSpan latency) => alertLatency.Record(Math.Max(0, latency.TotalSeconds));
}
