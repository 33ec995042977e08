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
public sealed class JointLevelDetector : IDetector, IEndsAnomalies
{
    private const byte StateVersion = 1;

    /// <summary>Cells without judgement after a shift, and without learning after a change of the operating state.</summary>
    private const int RestCells = 20;

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
            cells = interval.TryLearn(position, observation.EventTime.UtcTicks, out long ticks) ? new MetricCells(watched.Count, ticks) : null;
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

    /// <summary>In the open cell the order of the metrics does not matter.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) =>
        cells is not null && cells.CellOf(observation.EventTime) == cells.Cell && slots.IsCurrent(context.OperatingState);

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (shift.IsOpen)
        {
            shift.End();
            findings.Add(LevelVerdict.Ended(Identity, parameters.Threshold, eventTime));
        }

        cellsBeyond = 0;
        restLeft = 0;
    }

    public Decision? DecisionOf(int metric)
    {
        if (metric != -1 || cells is null || verdict.EventTicks == 0)
        {
            return null;
        }

        double warmup = Warmup();
        return new Decision
        {
            Detector = Identity,
            Metric = -1,
            EventTime = new DateTimeOffset(verdict.EventTicks, TimeSpan.Zero),
            Score = warmup < 1 ? double.NaN : verdict.Score,
            Threshold = parameters.Threshold,
            Verdict = warmup < 1 ? DecisionVerdict.Warming
                : shift.IsOpen ? DecisionVerdict.Active
                : restLeft > 0 ? DecisionVerdict.Suspended
                : cellsBeyond > 0 ? DecisionVerdict.Pending
                : DecisionVerdict.Quiet,
            Warmup = warmup,
            Contributions = warmup < 1 ? [] : verdict.Contributions(watched, tracks, deviances),
        };
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
        writer.Int32(slot);
        writer.Int64(cells?.Length ?? 0);
        if (cells is null)
        {
            interval.Save(writer);
            return;
        }

        cells.Save(writer);
        writer.Int64(settledCell);
        writer.Int32(cellsBeyond);
        writer.Int32(restLeft);
        verdict.Save(writer);
        shift.Save(writer);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Save(writer);
            writer.Double(deviances[position]);
        }

        foreach (LevelBaseline[]? state in baselines)
        {
            writer.Boolean(state is not null);
            foreach (LevelBaseline baseline in state ?? [])
            {
                baseline.Save(writer);
            }
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        if (reader.Count(4) is int count && count != watched.Count)
        {
            throw new StateFormatException($"A level detector of {watched.Count} metrics cannot take the state of one of {count}.");
        }

        for (int position = 0; position < watched.Count; position++)
        {
            if (reader.Int32() != watched[position])
            {
                throw new StateFormatException("A level detector cannot take the state of one of other metrics.");
            }
        }

        slots.Restore(reader);
        slot = StateSlots.ReadSlot(reader);
        long length = reader.Int64();
        cells = NewCells(length);
        if (cells is null)
        {
            interval.Restore(reader);
            return;
        }

        cells.Restore(reader);
        settledCell = reader.Int64();
        cellsBeyond = reader.Int32();
        restLeft = reader.Int32();
        verdict = LevelVerdict.Restore(reader);
        shift.Restore(reader);
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Restore(reader);
            deviances[position] = reader.Double();
        }

        for (int state = 0; state < baselines.Length; state++)
        {
            baselines[state] = reader.Boolean() ? [.. Enumerable.Range(0, watched.Count).Select(_ => LevelBaseline.Restore(reader))] : null;
        }
    }

    private MetricCells? NewCells(long length)
    {
        bool isForeign = parameters.Every is { } every ? length != every.Ticks : length < 0 || length > DateTimeOffset.MaxValue.Ticks;
        return isForeign
            ? throw new StateFormatException("The cells of a level detector have another length than its parameters say.")
            : length == 0 ? null : new MetricCells(watched.Count, length);
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
        End(eventTime, findings);
        settledCell = slot == -1 ? settledCell : cell + RestCells;
        slot = entered;
        for (int position = 0; position < tracks.Length; position++)
        {
            tracks[position].Break();
            deviances[position] = 0;
        }
    }

    private void Close(ICollection<Anomaly> findings)
    {
        if (cells!.Cell <= settledCell)
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
                track.BeSilent(Carry);
            }
            else
            {
                own++;
                track.Take(mean, state[position], parameters, shift.IsOpen);
                if (state[position].Cells < parameters.Warmup)
                {
                    track.Settle(state[position], parameters.Threshold, SettlePatience);
                }
            }

            deviances[position] = state[position].Cells < parameters.Warmup ? 0 : track.Deviance;
        }

        return own;
    }

    private void Judge(LevelBaseline[] state, double score, ICollection<Anomaly> findings)
    {
        if (restLeft > 0)
        {
            restLeft--;
            TakeAsTheyAre(state, 0, isAll: false);
        }
        else if (!shift.IsOpen)
        {
            cellsBeyond = score >= parameters.Threshold ? cellsBeyond + 1 : 0;
            if (cellsBeyond >= parameters.Hold)
            {
                shift.Begin(tracks, deviances);
                findings.Add(Found(state, isRaised: true));
            }
        }

        if (shift.IsOpen && shift.IsOver(tracks, deviances, parameters))
        {
            shift.End();
            cellsBeyond = 0;
            restLeft = RestCells + 1;
            TakeAsTheyAre(state, LevelTrack.Windows.Length - 1, isAll: shift.Age >= parameters.Longest);
            findings.Add(Found(state, isRaised: false));
        }
    }

    /// <summary>After the rest, what is not back is at home where it is; after too long a shift all are.</summary>
    private void TakeAsTheyAre(LevelBaseline[] state, int window, bool isAll)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            LevelTrack track = tracks[position];
            bool isAway = restLeft == 0 && Math.Abs(track.DeviationOf(0)) > track.ScaleOf(0);
            if (track.Silence == 0 && (isAll || isAway))
            {
                track.Anchor(state[position], window);
            }
        }
    }

    private double Warmup()
    {
        int most = 0;
        foreach (LevelBaseline baseline in slot >= 0 ? baselines[slot] ?? [] : [])
        {
            most = Math.Max(most, baseline.Cells);
        }

        return Math.Min(1, (double)most / parameters.Warmup);
    }

    private Anomaly Found(LevelBaseline[] state, bool isRaised)
    {
        LevelTrack lead = tracks[0];
        foreach (LevelTrack track in tracks)
        {
            lead = Math.Abs(track.Deviance) > Math.Abs(lead.Deviance) ? track : lead;
        }

        Anomaly finding = new()
        {
            Detector = Identity,
            Metric = -1,
            IsRaised = isRaised,
            EventTime = cells!.End,
            Score = verdict.Score,
            Threshold = parameters.Threshold,
            WindowStart = cells.StartOf(cells.Cell - LevelTrack.Windows[lead.Window] + 1),
            WindowEnd = cells.End,
            Completeness = (double)verdict.Metrics / watched.Count,
            Contributions = verdict.Contributions(watched, tracks, deviances),
        };
        return isRaised ? WithCounterfactual(finding, state) : finding;
    }

    /// <summary>The largest contributor whose newest cell could have kept the score below the limit.</summary>
    private Anomaly WithCounterfactual(Anomaly finding, LevelBaseline[] state)
    {
        foreach (MetricContribution contribution in finding.Contributions)
        {
            int position = watched.PositionOf(contribution.Metric);
            double room = LevelVerdict.Room(deviances, position, parameters.Threshold);
            if (cells!.TryMean(position, out double value) && room > 0
                && tracks[position].TryMoveInside(state[position], parameters.Memory, room, out double inside))
            {
                return finding with
                {
                    CounterfactualMetric = contribution.Metric,
                    CounterfactualValue = inside,
                    CounterfactualIsUpper = inside < value,
                };
            }
        }

        return finding;
    }
}
