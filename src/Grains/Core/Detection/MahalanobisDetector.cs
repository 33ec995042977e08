using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: flow at 40 is normal and current at 3 is normal, but never the two together. What is unusual is the combination.
///
/// Method: the metrics are brought onto a grid of event time and averaged over the last few cells. Per operating state mean and covariance
/// are learned with exponential forgetting. A cell's distance is T² = dᵀS⁻¹d, d being its deviation from the mean. The score is T² over an
/// online quantile of what was usual lately (one in ten), taken out to one in a thousand by the shape of χ². A cell is judged before it is
/// learned, when a sample of a later cell arrives; it takes a few in a row to fire. A cell that lies beyond is learned with a hundredth of
/// the weight, so that a fault does not become the normal case by itself, yet a new normal does in the end. The contribution of metric i is
/// d_i·(S⁻¹d)_i, which add up to the score exactly. A negative one means that the metric, given the others, speaks against the finding.
///
/// Trap: the quantiles of theory (χ², F) assume independent cells; means over overlapping cells of a real process are anything but, and a
/// theoretical limit cries all day. That is why the score is relative to an observed quantile. And metrics that copy each other make S
/// nearly singular: correlations are shrunk and variances kept off zero before it is factored.
///
/// Source: Hotelling's T² (1947) as multivariate chart; decomposition of contributions after Alcala and Qin (2009); quantile by stochastic
/// approximation (Robbins and Monro).
/// </summary>
public sealed class MahalanobisDetector : IDetector, IEndsAnomalies, IRelearns
{
    private const byte StateVersion = 2;

    /// <summary>It ends below this share of the limit, so that a score that dances around the limit is one anomaly.</summary>
    private const double EndShare = 0.8;

    private readonly MahalanobisParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly JointBaseline?[] baselines = new JointBaseline?[StateSlots.MaxStates];
    private readonly JointDistance distance;
    private readonly double tailPerUsual;
    private CellGrid grid;
    private int cellSlot = -1;
    private bool isMixed;
    private long settledTicks;
    private bool isActive;
    private int cellsBeyond;
    private JointJudgement judged;

    public MahalanobisDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, MahalanobisParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, MahalanobisParameters.Kind);
        distance = new JointDistance(watched.Count);
        judged = new JointJudgement(watched.Count);
        tailPerUsual = JointDistance.TailPerUsual(watched.Count);
        grid = NewGrid();
    }

    public DetectorIdentity Identity { get; }

    /// <summary>Cells still to be learned in the present operating state before it judges; zero when it does.</summary>
    public int WarmupCellsLeft =>
        Math.Max(0, parameters.Warmup - (cellSlot >= 0 ? baselines[cellSlot]?.Cells ?? 0 : 0));

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        long cell = grid.CellOf(observation.EventTime);
        if (grid.IsOpen && cell > grid.Cell)
        {
            Close(findings);
        }

        int slot = slots.SlotOf(context.OperatingState, out bool taken);
        if (taken)
        {
            baselines[slot] = null;
        }

        if (taken || slot != cellSlot)
        {
            ChangeState(slot, observation.EventTime, findings);
        }

        if (!grid.IsOpen)
        {
            Open(cell, observation.EventTime);
        }

        grid.Add(position, cell, observation.Value);
    }

    /// <summary>In the open cell the order of the metrics does not matter; whether it is mixed is decided by the oldest sample.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) =>
        grid.IsOpen
        && grid.CellOf(observation.EventTime) == grid.Cell
        && (isMixed || observation.EventTime.UtcTicks >= settledTicks)
        && slots.IsCurrent(context.OperatingState);

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public Decision? DecisionOf(int metric) => metric != -1
        ? null
        : judged.ToDecision(Identity, watched, parameters.Threshold, 1 - ((double)WarmupCellsLeft / parameters.Warmup));

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (isActive)
        {
            isActive = false;
            findings.Add(Ended(eventTime));
        }

        cellsBeyond = 0;
        grid.Break();
    }

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (metric < 0 || watched.PositionOf(metric) >= 0)
        {
            End(eventTime, findings);
            Array.Clear(baselines);
            isMixed = true;
            judged = new JointJudgement(watched.Count);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int32(watched.Count);
        for (int position = 0; position < watched.Count; position++)
        {
            writer.Int32(watched[position]);
        }

        slots.Save(writer);
        writer.Int32(cellSlot);
        writer.Boolean(isMixed);
        writer.Int64(settledTicks);
        writer.Boolean(isActive);
        writer.Int32(cellsBeyond);
        grid.Save(writer);
        foreach (JointBaseline? baseline in baselines)
        {
            writer.Boolean(baseline is not null);
            baseline?.Save(writer);
        }

        judged.Save(writer);
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        if (reader.Count(4) is int count && count != watched.Count)
        {
            throw new StateFormatException($"A multivariate detector of {watched.Count} metrics cannot take the state of one of {count}.");
        }

        for (int position = 0; position < watched.Count; position++)
        {
            if (reader.Int32() != watched[position])
            {
                throw new StateFormatException("A multivariate detector cannot take the state of one of other metrics.");
            }
        }

        slots.Restore(reader);
        cellSlot = StateSlots.ReadSlot(reader);
        isMixed = reader.Boolean();
        settledTicks = reader.Int64();
        isActive = reader.Boolean();
        cellsBeyond = reader.Int32();
        grid = NewGrid();
        grid.Restore(reader);
        for (int slot = 0; slot < baselines.Length; slot++)
        {
            baselines[slot] = reader.Boolean() ? JointBaseline.Restore(reader, watched.Count) : null;
        }

        judged = version > 1 ? JointJudgement.Restore(reader, watched.Count) : new JointJudgement(watched.Count);
    }

    private CellGrid NewGrid() => new(watched.Count, parameters.Every.Ticks, parameters.Carry, parameters.Smoothing);

    private void Open(long cell, DateTimeOffset eventTime)
    {
        if (grid.IsBrokenBefore(cell))
        {
            grid.Break();
        }

        grid.Open(cell);
        isMixed = eventTime.UtcTicks < settledTicks;
    }

    private void ChangeState(int slot, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        End(eventTime, findings);

        // The first state did not just begin; we only begin to see it.
        if (cellSlot != -1)
        {
            settledTicks = eventTime.UtcTicks + parameters.Settle.Ticks;
            isMixed = true;
        }

        cellSlot = slot;
    }

    private void Close(ICollection<Anomaly> findings)
    {
        Span<double> cell = stackalloc double[watched.Count];
        if (!grid.TryClose() || isMixed)
        {
            grid.Break();
            judged.Skip(grid.EndOfCell, isMixed);
            return;
        }

        if (grid.TryMean(cell))
        {
            JointBaseline baseline = baselines[cellSlot] ??= new JointBaseline(watched.Count);
            Judge(baseline, cell, findings);
        }
    }

    private void Judge(JointBaseline baseline, ReadOnlySpan<double> cell, ICollection<Anomaly> findings)
    {
        double weight = Math.Max(1.0 / (baseline.Cells + 1), 1.0 / parameters.Memory);
        bool isOut = false;
        judged.Warm(grid.EndOfCell);

        // The usual distance is learned in the second half of the warm-up: distances from a mean of few cells would be noise.
        if (baseline.Cells >= parameters.Warmup / 2 && distance.TryMeasure(baseline, cell, parameters))
        {
            double score = Score(baseline);
            isOut = baseline.Cells >= parameters.Warmup && score >= parameters.Threshold;
            cellsBeyond = isOut ? Math.Min(cellsBeyond + 1, parameters.Hold) : 0;
            bool holdsOn = isActive ? score >= parameters.Threshold * EndShare : cellsBeyond >= parameters.Hold;
            if (holdsOn != isActive)
            {
                isActive = holdsOn;
                findings.Add(Verdict(baseline, cell, score));
            }

            Keep(baseline, cell, score, isOut);

            if (!isOut)
            {
                baseline.LearnLevel(distance.PerMetric);
            }
        }

        baseline.Learn(cell, isOut ? weight * parameters.Guard : weight);
    }

    private double Score(JointBaseline baseline) => Math.Min(distance.PerMetric / (baseline.Level * tailPerUsual), Finding.MaxScore);

    private void Keep(JointBaseline baseline, ReadOnlySpan<double> cell, double score, bool isOut)
    {
        if (baseline.Cells < parameters.Warmup)
        {
            return;
        }

        double toScore = distance.Squared > 0 ? score / distance.Squared : 0;
        for (int i = 0; i < watched.Count; i++)
        {
            judged.Set(i, cell[i], baseline.Mean[i], distance.Share(i) * toScore);
        }

        DecisionVerdict below = isOut ? DecisionVerdict.Pending : DecisionVerdict.Quiet;
        judged.Score(score, isActive ? DecisionVerdict.Active : below);
    }

    private Anomaly Verdict(JointBaseline baseline, ReadOnlySpan<double> cell, double score)
    {
        MetricContribution[] contributions = new MetricContribution[watched.Count];
        double toScore = distance.Squared > 0 ? score / distance.Squared : 0;
        for (int i = 0; i < contributions.Length; i++)
        {
            contributions[i] = new MetricContribution(watched[i], cell[i], baseline.Mean[i], distance.Share(i) * toScore);
        }

        ImmutableArray<MetricContribution> ordered = [.. contributions.OrderByDescending(contribution => contribution.Share)];
        Anomaly finding = new()
        {
            Detector = Identity,
            Metric = -1,
            IsRaised = isActive,
            EventTime = grid.EndOfCell,
            Score = score,
            Threshold = parameters.Threshold,
            WindowStart = grid.SmoothingStart,
            WindowEnd = grid.EndOfCell,
            Completeness = grid.Completeness,
            Contributions = ordered,
        };
        return isActive ? WithCounterfactual(finding, baseline.Level) : finding;
    }

    /// <summary>
    /// The largest contributor for which a value exists that would have kept the score below the limit, the others as they were.
    /// </summary>
    private Anomaly WithCounterfactual(Anomaly finding, double level)
    {
        double limit = parameters.Threshold * level * tailPerUsual * watched.Count;
        foreach (MetricContribution contribution in finding.Contributions)
        {
            if (distance.TryMoveInside(watched.PositionOf(contribution.Metric), limit, out double shift))
            {
                return finding with
                {
                    CounterfactualMetric = contribution.Metric,
                    CounterfactualValue = contribution.Observed + shift,
                    CounterfactualIsUpper = shift < 0,
                };
            }
        }

        return finding;
    }

    private Anomaly Ended(DateTimeOffset eventTime) => new()
    {
        Detector = Identity,
        Metric = -1,
        IsRaised = false,
        EventTime = eventTime,
        Score = 0,
        Threshold = parameters.Threshold,
        WindowStart = eventTime,
        WindowEnd = eventTime,
        Completeness = 1,
        Contributions = [],
    };
}
