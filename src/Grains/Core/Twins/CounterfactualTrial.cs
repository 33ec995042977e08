using System.Globalization;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// Intuition: "vibration at most 4.2 mm/s, and it would have been quiet" is a claim about the very detector that fired, with all that it
/// had learned by then. So that detector is asked again, with 4.2 in place of what was observed.
///
/// Method: a stage of its own with this one detector starts from the twin's snapshot and observes what history has, up to the first sample
/// that the claim is about. From there a copy of it goes on with the changed samples. The claim holds when nothing begins up to the
/// finding's event time. It is the figure as people read it that is tried, with its rounding.
///
/// Which samples an observed figure stands for: the metric's newest sample, if that is the figure; else all of the window, and then each is
/// moved by as much as the figure would have to move. The latter only if the window lies about the figure: a window that is a baseline
/// does not.
///
/// Trap: a detector that finds something with every sample must not replay the same minutes each time. The stage stays where it was and
/// goes on from there, so each sample is observed again about once. What comes out of order invalidates it. And some detectors look back:
/// the next instant only lets them judge. How much of it has come by then depends on the batches, so what begins there is no part of it.
///
/// Source: counterfactual explanations after Wachter, Mittelstadt and Russell (2018), checked by execution and not by the model's algebra.
/// </summary>
internal sealed class CounterfactualTrial(
    TwinDefinition definition, List<MetricTrack> metrics, RewindSpan span, OrderedStage live)
{
    private readonly Dictionary<int, (OrderedStage Stage, int Metrics)> stages = [];
    private readonly TwinOutput found = new();
    private StageSnapshot start = null!;
    private StageSnapshot? near;
    private long earliest;

    /// <param name="start">From where everything that may be changed can be observed again.</param>
    /// <param name="near">A later one for what is newer; null when there is none.</param>
    /// <param name="earliest">No sample before this is changed.</param>
    public void Begin(StageSnapshot start, StageSnapshot? near, long earliest) =>
        (this.start, this.near, this.earliest) = (start, near, earliest);

    public void ForgetBeyond(long ticks)
    {
        foreach (int detector in stages.Where(s => s.Value.Stage.Clock >= ticks).Select(s => s.Key).ToList())
        {
            stages.Remove(detector);
        }
    }

    public bool Holds(Anomaly anomaly, ReorderBuffer? waiting)
    {
        int detector = live.IndexOf(anomaly.Detector);
        if (detector < 0 || anomaly.CounterfactualValue is not { } value)
        {
            return false;
        }

        var claim = new Claim(
            anomaly, detector, double.Parse(AlertSentences.CounterfactualFigure(anomaly, value), CultureInfo.InvariantCulture),
            (from, through) => span.Collect(from, through, waiting, live.InputsOf(detector)));
        return (Point(claim) is { } point && IsQuiet(claim, point)) || (Shift(claim) is { } shift && IsQuiet(claim, shift));
    }

    /// <summary>The newest sample, when it is what was observed.</summary>
    private Change? Point(Claim claim)
    {
        // It nearly always is among the last few.
        long recent = Math.Max(earliest, stages.TryGetValue(claim.Detector, out var kept) ? kept.Stage.Clock : near?.Ticks ?? earliest);
        return PointSince(recent, claim) ?? (recent > earliest ? PointSince(earliest, claim) : null);
    }

    private static Change? PointSince(long from, Claim claim)
    {
        HeldSample[] samples = claim.Collect(from, claim.Anomaly.FoundAt.UtcTicks);
        int at = Array.FindLastIndex(
            samples, s => s.Metric == claim.Anomaly.CounterfactualMetric && s.Ticks <= claim.Last(claim.Anomaly.EventTime));
        if (at < 0 || samples[at].Value != claim.Observed)
        {
            return null;
        }

        HeldSample changed = samples[at];
        return new Change(
            changed.Ticks,
            [.. samples.Where(s => s.Ticks >= changed.Ticks).Select(s => s == changed ? s with { Value = claim.Figure } : s)]);
    }

    /// <summary>All samples of the window, when it lies about what was observed.</summary>
    private Change? Shift(Claim claim)
    {
        Anomaly anomaly = claim.Anomaly;
        (long from, long to) = (anomaly.WindowStart.UtcTicks, claim.Last(anomaly.WindowEnd));
        if (from < earliest)
        {
            return null;
        }

        HeldSample[] samples = claim.Collect(from, anomaly.FoundAt.UtcTicks);
        double[] inside = [.. samples.Where(IsInside).Select(s => s.Value)];
        double distance = claim.Figure - claim.Observed;
        return inside.Length == 0 || Math.Abs(inside.Average() - claim.Observed) >= Math.Abs(distance)
            ? null
            : new Change(from, [.. samples.Select(s => IsInside(s) ? s with { Value = s.Value + distance } : s)]);

        bool IsInside(HeldSample sample) => sample.Metric == anomaly.CounterfactualMetric && sample.Ticks >= from && sample.Ticks <= to;
    }

    private bool IsQuiet(Claim claim, Change change)
    {
        // A twin would not judge what its sensor cannot measure: such a change says nothing of this machine.
        MetricTrack metric = metrics[claim.Anomaly.CounterfactualMetric];
        if (change.Samples.Any(s => s.Metric == metric.Index && !metric.IsInRange(s.Value)))
        {
            return false;
        }

        OrderedStage stage = StageBefore(claim.Detector, change.From);
        Observe(stage, claim.Collect(stage.Clock == Ticks.None ? 0 : stage.Clock + 1, change.From - 1));
        OrderedStage other = NewStage(claim.Detector, stage.Snapshot());
        Observe(other, change.Samples);
        return !found.Anomalies.Exists(a =>
            a.IsRaised && a.Metric == claim.Anomaly.Metric && a.EventTime <= claim.Anomaly.EventTime);
    }

    private OrderedStage StageBefore(int detector, long ticks)
    {
        StageSnapshot best = near is not null && near.Ticks <= ticks ? near : start;
        if (stages.TryGetValue(detector, out (OrderedStage Stage, int Metrics) kept) && kept.Metrics == metrics.Count
            && kept.Stage.Clock < ticks && kept.Stage.Clock >= best.Ticks)
        {
            return kept.Stage;
        }

        OrderedStage stage = NewStage(detector, best.State);
        stages[detector] = (stage, metrics.Count);
        return stage;
    }

    private OrderedStage NewStage(int detector, byte[] state)
    {
        List<MetricTrack> tracks = [];
        TwinDefinition alone = definition with { Detectors = [definition.Detectors[detector]], Meters = [], Windows = [] };
        var stage = new OrderedStage(alone, tracks);
        foreach (MetricTrack metric in metrics)
        {
            var track = new MetricTrack(metric.Index, metric.Rule, [], definition.Time.AllowedLateness);
            tracks.Add(track);
            stage.Add(track);
        }

        stage.Rewind(state);
        return stage;
    }

    /// <summary>Leaves what the last instants led to in <see cref="found"/>.</summary>
    private void Observe(OrderedStage stage, HeldSample[] samples)
    {
        found.Clear();
        for (int begin = 0, end; begin < samples.Length; begin = end)
        {
            for (end = begin + 1; end < samples.Length && samples[end].Ticks == samples[begin].Ticks;)
            {
                end++;
            }

            stage.Replay(samples.AsSpan(begin, end - begin), found);
        }
    }

    /// <param name="Figure">The value as people read it.</param>
    /// <param name="Collect">The detector's inputs in [from, through].</param>
    private sealed record Claim(Anomaly Anomaly, int Detector, double Figure, Func<long, long, HeldSample[]> Collect)
    {
        public double Observed { get; } = Anomaly.Contributions.First(c => c.Metric == Anomaly.CounterfactualMetric).Observed;

        /// <summary>The last instant of what was judged.</summary>
        public long Last(DateTimeOffset end) => end.UtcTicks - (Anomaly.IsHalfOpen ? 1 : 0);
    }

    /// <param name="From">Event time of the first changed sample.</param>
    /// <param name="Samples">All inputs from there on, with the change.</param>
    private sealed record Change(long From, HeldSample[] Samples);
}
