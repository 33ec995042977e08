using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>
/// Intuition: a valve closes, and the flow settles at another level; a bearing loosens, and two accelerations do. As long as they are not
/// back where they were, the fault lasts, however calm the new level is.
///
/// Method: the metrics are cut into cells as long as the asset's own interval, which is learned. Each metric is compared with its own level
/// (<see cref="LevelTrack"/>), learned per operating state; the score is the 8-norm of the deviances, near to their maximum, but three
/// metrics that are all nearly out weigh more than one. What fired is followed until it is over (<see cref="LevelShift"/>); meanwhile
/// hardly anything is learned. Then the asset rests for some cells: after a return metrics overshoot, and those that found a new level in
/// the meantime are taken as they are. A metric's share of the score is its part in the sum of eighth powers.
///
/// Trap: a baseline that learns while the fault lasts makes the fault normal and the repair the next alarm; one that never learns cries for
/// ever after a change that was meant. Hence a shift is learned after it lasted <c>longest</c>, and not before.
///
/// Source: local level model with guarded update after Harvey (1989), ch. 2; windowed means in parallel after Lai (1995); sequential test
/// of the return after Wald (1945). Parameters chosen on the SKAB recordings, experiments left out in turn.
/// </summary>
public sealed partial class JointLevelDetector : IDetector, ILearnsAsAWhole
{
    private const byte StateVersion = 2;

    /// <summary>Cells without judgement after a shift, and without learning after a change of the operating state.</summary>
    private const int RestCells = 20;

    /// <summary>
    /// In thresholds, how far one cell may lie out: the mean over four then stays below the threshold, while two such cells reach it.
    /// </summary>
    private const double CellReach = 2;

    /// <summary>Cells that a metric's last deviance is good for.</summary>
    private const int Carry = 10;

    /// <summary>Cells away from its level after which a metric that warms up has a new one.</summary>
    private const int SettlePatience = 15;

    /// <summary>Weight with which the cells of a shift are learned, compared with the others.</summary>
    private const double Guard = 0.01;

    private readonly JointLevelParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly LevelBaseline[]?[] baselines = new LevelBaseline[]?[StateSlots.MaxStates];
    private readonly LevelTrack[] tracks;
    private readonly double[] deviances;
    private readonly LevelShift shift;
    private readonly LearnedInterval interval;
    private MetricCells? cells;
    private int slot = -1;
    private long learnedCell = -1;
    private long settledCell = -1;
    private int cellsBeyond;
    private int restLeft;
    private LevelVerdict verdict;

    public JointLevelDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, JointLevelParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, JointLevelParameters.Kind);
        tracks = new LevelTrack[watched.Count];
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position] = new LevelTrack();
        }

        deviances = new double[watched.Count];
        shift = new LevelShift(watched.Count);
        interval = new LearnedInterval(watched.Count);
        cells = parameters.Every is { } every ? new MetricCells(watched.Count, every.Ticks) : null;
    }

    public DetectorIdentity Identity { get; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        if (cells is null)
        {
            bool isKnown = interval.TryLearn(position, observation.EventTime.UtcTicks, out long ticks);
            if (isKnown)
            {
                cells = new MetricCells(watched.Count, ticks);
                learnedCell = cells.CellOf(observation.EventTime);
            }

            return;
        }

        long cell = cells.CellOf(observation.EventTime);
        if (cells.Cell >= 0 && cell > cells.Cell)
        {
            Close(findings);
        }

        Enter(context.OperatingState, cell, observation.EventTime, findings);
        if (cell > cells.Cell)
        {
            cells.Open(cell);
        }

        // A straggler of a cell already judged cannot change a verdict that was given.
        if (cell == cells.Cell)
        {
            cells.Add(position, observation.Value);
        }
    }

    /// <summary>
    /// In the open cell the order of the metrics does not matter, but in the one in which the interval was learned: what comes for its
    /// beginning would have been learned from.
    /// </summary>
    public bool Joins(in Observation observation, in DetectionContext context) =>
        cells is not null && cells.CellOf(observation.EventTime) == cells.Cell && cells.Cell != learnedCell
        && slots.IsCurrent(context.OperatingState);

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (cells is { Cell: >= 0 } && cells.CellOf(eventTime) > cells.Cell)
        {
            Close(findings);
        }

        Withdraw(eventTime, findings);
        slot = StateSlots.Left(slot);
    }

    public Decision? DecisionOf(int metric)
    {
        if (metric != -1 || cells is null || verdict.EventTicks == 0)
        {
            return null;
        }

        double warmup = Warmup();
        bool isSilent = warmup < 1 || double.IsNaN(verdict.Score);
        return new Decision
        {
            Detector = Identity,
            Metric = -1,
            EventTime = new DateTimeOffset(verdict.EventTicks, TimeSpan.Zero),
            Score = isSilent ? double.NaN : verdict.Score,
            Threshold = parameters.Threshold,
            Verdict = warmup < 1 ? DecisionVerdict.Warming
                : shift.IsOpen ? DecisionVerdict.Active
                : restLeft > 0 || isSilent ? DecisionVerdict.Suspended
                : cellsBeyond > 0 ? DecisionVerdict.Pending
                : DecisionVerdict.Quiet,
            Warmup = warmup,
            Contributions = isSilent ? [] : verdict.Contributions(watched, tracks, deviances),
        };
    }

    private void Enter(string state, long cell, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        int entered = slots.SlotOf(state, out bool taken);
        if (taken)
        {
            baselines[entered] = null;
        }

        if (!taken && entered == slot)
        {
            return;
        }

        // What was out for the state before says nothing about this one. The very first state did not just begin; we only begin to see it.
        Withdraw(eventTime, findings);
        if (slot != -1)
        {
            // What is told of a cell must be what its deviances say, and until it has settled it says nothing.
            settledCell = cell + RestCells;
            verdict = new LevelVerdict(double.NaN, eventTime.UtcTicks, 0);
        }

        slot = entered;
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Break();
            deviances[position] = 0;
        }
    }

    private void Withdraw(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (shift.IsOpen)
        {
            shift.End();
            findings.Add(LevelVerdict.Ended(Identity, parameters.Threshold, eventTime));
        }

        cellsBeyond = 0;
        restLeft = 0;
    }

    private void Close(ICollection<Anomaly> findings)
    {
        if (slot < 0 || cells!.Cell <= settledCell)
        {
            return;
        }

        LevelBaseline[] state = baselines[slot] ??= [.. tracks.Select(_ => new LevelBaseline())];
        int own = Take(state);
        double score = LevelVerdict.Norm(deviances);
        verdict = new LevelVerdict(score, cells.End.UtcTicks, own);
        Judge(state, score, findings);
        bool isFrozen = shift.IsOpen || restLeft > 0 || cellsBeyond > 0;
        for (int position = 0; position < tracks.Length; position++)
        {
            if (cells.TryMean(position, out _))
            {
                tracks[position].Learn(state[position], parameters.Memory, shift.IsOpen ? Guard : isFrozen ? 0 : 1, isFrozen ? Guard : 1);
            }
        }
    }

    /// <summary>Returns how many metrics spoke.</summary>
    private int Take(LevelBaseline[] state)
    {
        int own = 0;
        for (int position = 0; position < tracks.Length; position++)
        {
            LevelTrack track = tracks[position];
            if (!cells!.TryMean(position, out double mean))
            {
                track.BeSilent(Carry, isAwaited: shift.IsOpen && shift.IsPart(position));
            }
            else
            {
                own++;
                bool isFree = state[position].Cells < parameters.Warmup || shift.IsOpen || restLeft > 0;
                double reach = isFree ? double.PositiveInfinity : CellReach * parameters.Threshold;
                track.Take(mean, state[position], parameters.Memory, shift.IsOpen, reach);
                if (state[position].Cells < parameters.Warmup)
                {
                    track.Settle(state[position], parameters.Threshold, SettlePatience);
                }
            }

            deviances[position] = state[position].Cells < parameters.Warmup ? 0 : track.Deviance;
        }

        return own;
    }

    private double Warmup()
    {
        int most = 0;
        int known = StateSlots.Known(slot);
        foreach (LevelBaseline baseline in known >= 0 ? baselines[known] ?? [] : [])
        {
            most = Math.Max(most, baseline.Cells);
        }

        return Math.Min(1, (double)most / parameters.Warmup);
    }
}
