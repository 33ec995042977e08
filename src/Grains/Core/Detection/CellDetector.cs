using Millwright.Core.Detection.Priors;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// What detectors of several metrics have in common: cells of event time on which the metrics are aligned, a baseline per operating state,
/// some cells in a row before it speaks. The kinds differ in their <see cref="CellBaseline"/> alone.
/// </summary>
internal abstract partial class CellDetector : IDetector, IEndsAnomalies, IRelearns, IAdoptsPriors
{
    private const byte StateVersion = 1;

    /// <summary>With priors behind the rest; a detector without them has the version before it.</summary>
    private const byte PriorsVersion = 2;

    /// <summary>It ends below this share of the limit, so that a score that dances around the limit is one anomaly.</summary>
    private const double EndShare = 0.8;

    private readonly WatchedMetrics watched;
    private readonly CellRules rules;
    private readonly StateSlots slots = new();
    private readonly CellBaseline?[] baselines = new CellBaseline?[StateSlots.MaxStates];
    private CellGrid grid;
    private JointJudgement judged;
    private int cellSlot = -1;
    private bool isMixed;
    private long settledTicks;
    private bool isActive;
    private int cellsBeyond;

    protected CellDetector(DetectorIdentity identity, WatchedMetrics watched, CellRules rules)
    {
        Identity = identity;
        this.watched = watched;
        this.rules = rules;
        judged = new JointJudgement(watched.Count);
        grid = NewGrid();
    }

    public DetectorIdentity Identity { get; }

    protected int MetricCount => watched.Count;

    /// <summary>Versions of the kind's state from before it had this layout: the first had no judgement, in others it came last.</summary>
    protected virtual byte OlderVersions => 0;

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
            if (grid.IsBrokenBefore(cell))
            {
                grid.Break();
            }

            grid.Open(cell);
            isMixed = observation.EventTime.UtcTicks < settledTicks;
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

    public Decision? DecisionOf(int metric)
    {
        int slot = StateSlots.Known(cellSlot);
        double warmup = slot >= 0 ? baselines[slot]?.Warmup ?? 0 : 0;
        Decision? decision = metric == -1 ? judged.ToDecision(Identity, watched, rules.Threshold, warmup) : null;
        return priorPeers == 0 || decision is null || double.IsNaN(decision.Score)
            ? decision
            : decision with { PriorPeers = priorPeers, Warmup = Math.Clamp(warmup, 0, 1) };
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (grid.IsOpen && grid.CellOf(eventTime) > grid.Cell)
        {
            Close(findings);
        }

        Withdraw(eventTime, findings);

        // What is still open ends in a state that is not judged.
        isMixed = true;
        cellSlot = StateSlots.Left(cellSlot);
    }

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (metric < 0 || watched.PositionOf(metric) >= 0)
        {
            Withdraw(eventTime, findings);
            Array.Clear(baselines);
            judged = new JointJudgement(watched.Count);
            (priors, priorPeers) = (null, 0);

            // The open cell holds samples from before.
            isMixed = true;
        }
    }

    public void Save(StateWriter writer)
    {
        bool hasPriors = priors is not null || priorPeers > 0;
        writer.Byte((byte)((hasPriors ? PriorsVersion : StateVersion) + OlderVersions));
        watched.Save(writer);
        slots.Save(writer);
        writer.Int32(cellSlot);
        writer.Boolean(isMixed);
        writer.Int64(settledTicks);
        writer.Boolean(isActive);
        writer.Int32(cellsBeyond);
        grid.Save(writer);
        judged.Save(writer);
        foreach (CellBaseline? baseline in baselines)
        {
            writer.Boolean(baseline is not null);
            baseline?.Save(writer);
        }

        if (hasPriors)
        {
            SavePriors(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version((byte)(PriorsVersion + OlderVersions));
        bool isOlder = version <= OlderVersions;
        watched.RequireSame(reader);
        slots.Restore(reader);
        cellSlot = StateSlots.ReadSlot(reader);
        isMixed = reader.Boolean();
        settledTicks = reader.Int64();
        isActive = reader.Boolean();
        cellsBeyond = reader.Int32();
        grid = NewGrid();
        grid.Restore(reader);
        judged = isOlder ? new JointJudgement(watched.Count) : JointJudgement.Restore(reader, watched.Count);
        for (int slot = 0; slot < baselines.Length; slot++)
        {
            baselines[slot] = null;
            if (reader.Boolean())
            {
                baselines[slot] = NewBaseline();
                baselines[slot]!.Restore(reader);
            }
        }

        judged = isOlder && version > 1 ? JointJudgement.Restore(reader, watched.Count) : judged;
        RestorePriors(version == PriorsVersion + OlderVersions ? reader : null);
    }

    protected abstract CellBaseline NewBaseline();

    private CellGrid NewGrid() => new(watched.Count, Math.Max(1, rules.Every.Ticks), rules.Carry, rules.Smoothing);

    private void ChangeState(int slot, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        Withdraw(eventTime, findings);

        // The first state did not just begin; we only begin to see it.
        if (cellSlot != -1)
        {
            settledTicks = Windows.Ticks.Add(eventTime.UtcTicks, rules.Settle.Ticks);
            isMixed = true;
        }

        cellSlot = slot;
    }

    private void Withdraw(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (isActive)
        {
            isActive = false;
            findings.Add(Verdict(false, 0) with
            {
                EventTime = eventTime,
                WindowStart = eventTime,
                WindowEnd = eventTime,
                Contributions = [],
            });
            judged.Skip(eventTime, isMixed: true);
        }

        cellsBeyond = 0;
        grid.Break();
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
            Judge(baselines[cellSlot] ??= NewBaseline(), cell, findings);
        }
    }

    private void Judge(CellBaseline baseline, ReadOnlySpan<double> cell, ICollection<Anomaly> findings)
    {
        judged.Warm(grid.EndOfCell);
        CellPrior? prior = PriorFor(baseline);
        priorPeers = prior?.Peers ?? 0;
        bool isOut = false;

        // The own baseline is always asked: some learn from what they have just measured.
        bool isScored = baseline.TryScore(cell, out double score);
        if (prior is null ? isScored : prior.TryScore(cell, out score))
        {
            isOut = score >= rules.Threshold;
            prior?.Try(isOut);
            Conclude(prior, (CellBaseline?)prior ?? baseline, cell, score, findings);
        }

        // What the peers hold for a fault is not learned, unless it lasts, or they are not to be believed.
        if (prior?.MayLearn != false)
        {
            baseline.Learn(cell, isOut && prior is null);
        }

        prior?.Learn(cell, !prior.MayLearn);
        if (prior?.IsRefuted == true)
        {
            Remove(prior);
        }
    }

    private void Conclude(
        CellPrior? prior, CellBaseline judge, ReadOnlySpan<double> cell, double score, ICollection<Anomaly> findings)
    {
        bool isOut = score >= rules.Threshold;
        cellsBeyond = isOut ? Math.Min(cellsBeyond + 1, rules.Hold) : 0;
        bool holdsOn = isActive
            ? score >= rules.Threshold * EndShare
            : cellsBeyond >= rules.Hold && prior?.IsTrusted != false;
        for (int i = 0; i < cell.Length; i++)
        {
            judged.Set(i, cell[i], judge.Expected(i), judge.Share(i));
        }

        DecisionVerdict below = isOut ? DecisionVerdict.Pending : DecisionVerdict.Quiet;
        judged.Score(score, holdsOn ? DecisionVerdict.Active : below);
        if (holdsOn != isActive)
        {
            isActive = holdsOn;
            Anomaly finding = Verdict(isActive, score);
            findings.Add(isActive ? WithCounterfactual(finding, judge, cell) : finding);
        }
    }

    private Anomaly Verdict(bool isRaised, double score) => new()
    {
        Detector = Identity,
        Metric = -1,
        IsRaised = isRaised,
        EventTime = grid.EndOfCell,
        Score = score,
        Threshold = rules.Threshold,
        WindowStart = grid.SmoothingStart,
        WindowEnd = grid.EndOfCell,
        Completeness = grid.Completeness,
        Contributions = judged.Contributions(watched),
        PriorPeers = priorPeers,
    };

    /// <summary>
    /// The largest contributor for which a value exists that would have kept the score below the limit, the others as they were.
    /// </summary>
    private Anomaly WithCounterfactual(Anomaly finding, CellBaseline baseline, ReadOnlySpan<double> cell)
    {
        foreach (MetricContribution contribution in finding.Contributions)
        {
            int position = watched.PositionOf(contribution.Metric);
            if (contribution.Share > 0 && baseline.TryMoveInside(cell, position, rules.Threshold, out double value))
            {
                return finding with
                {
                    CounterfactualMetric = contribution.Metric,
                    CounterfactualValue = value,
                    CounterfactualIsUpper = value < contribution.Observed,
                };
            }
        }

        return finding;
    }
}
