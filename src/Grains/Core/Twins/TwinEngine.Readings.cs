using Millwright.Core.History;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>What the shell may read.</summary>
public sealed partial class TwinEngine
{
    public int MetricCount => metrics.Count;

    public FateCounts Fates { get; } = new();

    /// <summary>Null before the first live sample.</summary>
    public DateTimeOffset? Watermark => watermark == Ticks.None ? null : Ticks.ToInstant(watermark);

    /// <summary>Ingest time of the newest sample; null before the first.</summary>
    public DateTimeOffset? Modified => arrivedAt == Ticks.None ? null : Ticks.ToInstant(arrivedAt);

    /// <summary>The source is silent for longer than the idle timeout.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>Name of the operating state, or <c>unknown</c>.</summary>
    public string OperatingState => ordered.State.Name;

    public bool IsStateRunning => ordered.State.IsRunning;

    public bool IsStateIdle => ordered.State.IsIdle;

    public TimeSpan RunningTime => TimeSpan.FromTicks(ordered.State.RunningTicks);

    public long Starts => ordered.State.Starts;

    /// <summary>Samples outside of their metric's physical range; they are accepted too, with quality uncertain.</summary>
    public long OutOfRange { get; private set; }

    /// <summary>
    /// Good samples that came too late for detectors: beyond the allowed lateness, or before the span that a rewind can still redo. Windows
    /// that were still open and history have them.
    /// </summary>
    public long Unjudged { get; private set; }

    /// <summary>Samples that the reorder buffer gave up before their time because it was full.</summary>
    public long ReleasedEarly { get; private set; }

    /// <summary>Samples that wait for the watermark.</summary>
    public int Waiting => buffer?.Count ?? 0;

    public MetricReading Metric(int index)
    {
        MetricTrack metric = metrics[index];
        bool hasValue = metric.ValueTicks != Ticks.None;
        SampleQuality quality = metric.IsStale ? SampleQuality.Stale : metric.Quality;
        return new MetricReading(
            metric.Rule.Name, metric.Rule.Unit, metric.Rule.IsText, hasValue, metric.Value, metric.Text,
                Ticks.ToInstant(metric.ValueTicks), quality, metric.Revision);
    }

    /// <summary>
    /// After a restore: false for an alert whose detector is gone from the definition, could not take its state, or was replaced by a
    /// version that does not see the anomaly.
    /// </summary>
    /// <param name="subject">A metric's name; the detector's id for several together.</param>
    public bool KeepsItsFinding(string detector, string version, string subject, DateTimeOffset eventTime) => ordered.KeepsItsFinding(
        detector, version, subject == detector && FindMetric(subject) < 0 ? -1 : FindMetric(subject), eventTime.UtcTicks);

    /// <summary>How each detector stands, shadows too, in the order of the definition.</summary>
    public IEnumerable<DetectorStatus> Detectors() => ordered.Statuses();

    /// <summary>
    /// What holds at this instant may change without another sample: late ones are not shown yet, or it lies in what waits for the
    /// watermark.
    /// </summary>
    public bool IsUndecided(DateTimeOffset instant) =>
        IsInDoubt || (buffer is { Count: > 0 } && instant.UtcTicks >= watermark && instant.UtcTicks <= newest);

    /// <summary>-1 when there is none of this name.</summary>
    public int FindMetric(string name) => indices.TryGetValue(name, out int index) ? index : -1;

    /// <summary>Appends what each detector makes of the newest that it judged. Costs only who asks.</summary>
    public void CollectDecisions(List<DetectorStanding> standings) => ordered.CollectDecisions(standings);

    /// <summary>
    /// Appends the windows that would still change, by metric, rule and start; of sliding and count windows the present one, which is that
    /// of the newest instant that the ordered stage has seen.
    /// </summary>
    public void CollectOpenWindows(List<ClosedWindow> open)
    {
        foreach (MetricTrack metric in metrics)
        {
            foreach (WindowTracker tracker in metric.Trackers)
            {
                tracker.CollectOpen(open);
            }

            ordered.CollectPresent(metric.Index, open);
        }
    }

    /// <summary>Appends the raw samples of a metric that are in no block yet, ascending.</summary>
    public void CollectRecentHistory(int metric, List<RawSample> samples) => metrics[metric].Tail.CopyTo(samples);

    /// <summary>Samples held for rewinds beyond the metrics' own tails. For tests of what is left behind.</summary>
    internal int SpanCount => span.Count;

    /// <summary>Windows and panes held over all metrics, open or waiting for late samples. For tests of what is left behind.</summary>
    internal int HeldWindows()
    {
        int held = 0;
        foreach (MetricTrack metric in metrics)
        {
            foreach (WindowTracker tracker in metric.Trackers)
            {
                held += tracker.Held;
            }
        }

        return held;
    }
}
