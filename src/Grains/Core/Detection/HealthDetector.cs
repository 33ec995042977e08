using System.Collections.Immutable;
using Millwright.Core.Prognosis;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a worn machine no longer is what it was when it was new. Not one metric for a moment, but most of them, from some day on, for
/// good.
///
/// Method: the metrics are brought onto cells of event time. Per operating state the first cells are the beginning: medians and spreads,
/// taken once they stand still, never changed again. The change of a metric is ln(1 + |value − beginning| / scale), the scale being the
/// size of the beginning or three of its spreads; the indicator is the mean over the metrics. It fires when nine of ten cells lie at or
/// beyond the limit, and ends when nine of ten lie below four fifths of it. Its way is kept as a trend, which says when the next limit is
/// due (see <see cref="WearTrend"/>).
///
/// Trap: damage is loud before it is lasting. A bearing with a chip hammers at a hundred times its kurtosis for three seconds out of ten,
/// and runs on for weeks: means and medians cry, a low quantile does not. And a reference that adapts learns the wear: this one does not,
/// so after a repair it must be reset.
///
/// Source: distance from the begin of life as in ISO 13373 trending and the 8 and 12 dB rules of bearing monitoring, robust and joint.
/// </summary>
public sealed class HealthDetector : IDetector, ILearnsAsAWhole, IForecasts
{
    private const byte StateVersion = 1;
    private const double EndShare = 0.8;

    /// <summary>Halves of a beginning may lie apart by this share of the limit.</summary>
    private const double SteadyShare = 0.25;
    private const int NoSlot = -1;

    private readonly HealthParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly StateSlots slots = new();
    private readonly HealthBaseline?[] baselines = new HealthBaseline?[StateSlots.MaxStates];
    private readonly double[] lastCell;
    private readonly WearTrend trend = new();
    private CellGrid grid;
    private int cellSlot = NoSlot;

    /// <summary>The state in which the open anomaly was found: standing still must not heal a machine.</summary>
    private int activeSlot = NoSlot;

    /// <summary>The state of <see cref="lastCell"/>.</summary>
    private int judgedSlot = NoSlot;
    private DateTimeOffset judgedAt;
    private double lastChange = double.NaN;

    public HealthDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, HealthParameters parameters)
    {
        Identity = identity;
        this.parameters = parameters;
        watched = new WatchedMetrics(metrics, HealthParameters.Kind);
        lastCell = new double[watched.Count];
        grid = NewGrid();
    }

    public DetectorIdentity Identity { get; }

    private bool IsActive => activeSlot != NoSlot;

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
            judgedSlot = slot == judgedSlot ? NoSlot : judgedSlot;
            if (slot == activeSlot)
            {
                End(observation.EventTime, findings);
            }
        }

        if (!grid.IsOpen)
        {
            grid.Open(cell);
            cellSlot = slot;
        }
        else if (slot != cellSlot || taken)
        {
            // A cell in which the state changed is neither the one nor the other.
            cellSlot = NoSlot;
        }

        grid.Add(position, cell, observation.Value);
    }

    /// <summary>In the open cell the order of the metrics does not matter.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) =>
        grid.IsOpen && grid.CellOf(observation.EventTime) == grid.Cell && slots.IsCurrent(context.OperatingState);

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (IsActive)
        {
            activeSlot = NoSlot;
            findings.Add(Verdict(eventTime, 0, []));
        }
    }

    public ComponentForecast? Forecast() =>
        trend.Forecast(Identity.Id, IsActive ? parameters.Danger : parameters.Threshold, IsActive ? "danger" : "alert");

    public Decision? DecisionOf(int metric)
    {
        if (metric != -1 || (judgedSlot < 0 && cellSlot < 0))
        {
            return null;
        }

        // While a state is new to it, what it knows is how far its beginning has come; unless a finding in another one is open.
        HealthBaseline? learning = cellSlot >= 0 ? baselines[cellSlot] : null;
        HealthBaseline? judged = judgedSlot >= 0 ? baselines[judgedSlot] : null;
        bool isWarming = judged is null || (!IsActive && learning is { IsLearned: false });
        return new Decision
        {
            Detector = Identity,
            Metric = -1,
            EventTime = judgedAt,
            Score = isWarming ? double.NaN : lastChange,
            Threshold = parameters.Threshold,
            Verdict = IsActive ? DecisionVerdict.Active
                : isWarming ? DecisionVerdict.Warming
                : lastChange >= parameters.Threshold ? DecisionVerdict.Pending
                : DecisionVerdict.Quiet,
            Warmup = isWarming ? (double)(learning?.Learned ?? 0) / parameters.Warmup : 1,
            Contributions = isWarming ? [] : Contributions(judged!),
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        watched.Save(writer);
        slots.Save(writer);
        writer.Int32(cellSlot);
        writer.Int32(activeSlot);
        writer.Int32(judgedSlot);
        writer.Instant(judgedAt);
        writer.Double(lastChange);
        writer.Doubles(lastCell);
        grid.Save(writer);
        trend.Save(writer);
        foreach (HealthBaseline? baseline in baselines)
        {
            writer.Boolean(baseline is not null);
            baseline?.Save(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        watched.RequireSame(reader);
        slots.Restore(reader);
        cellSlot = StateSlots.ReadSlot(reader);
        activeSlot = StateSlots.ReadSlot(reader);
        judgedSlot = StateSlots.ReadSlot(reader);
        judgedAt = reader.Instant();
        lastChange = reader.Double();
        double[] cell = reader.Doubles();
        if (cell.Length != lastCell.Length)
        {
            throw new StateFormatException("The cell of a detector of wear does not fit its metrics.");
        }

        cell.CopyTo(lastCell, 0);
        grid = NewGrid();
        grid.Restore(reader);
        trend.Restore(reader);
        for (int slot = 0; slot < baselines.Length; slot++)
        {
            baselines[slot] = reader.Boolean()
                ? HealthBaseline.Restore(reader, watched.Count, parameters.Warmup, parameters.Hold)
                : null;
        }
    }

    private CellGrid NewGrid() => new(watched.Count, parameters.Every.Ticks, parameters.Carry, 1);

    private void Close(ICollection<Anomaly> findings)
    {
        Span<double> cell = stackalloc double[watched.Count];
        int slot = cellSlot;
        if (!grid.TryClose() || !grid.TryMean(cell) || slot < 0)
        {
            return;
        }

        HealthBaseline baseline = baselines[slot] ??= new HealthBaseline(watched.Count, parameters.Warmup, parameters.Hold);
        judgedAt = grid.EndOfCell;
        if (!baseline.IsLearned)
        {
            baseline.Learn(cell, parameters.Threshold * SteadyShare);
        }
        else
        {
            cell.CopyTo(lastCell);
            judgedSlot = slot;
            Judge(baseline, slot, findings);
        }
    }

    private void Judge(HealthBaseline baseline, int slot, ICollection<Anomaly> findings)
    {
        double change = lastChange = baseline.Change(lastCell);
        baseline.Remember(change);
        double lasting = baseline.Lasting();
        trend.Observe(judgedAt, change, lasting, IsActive ? parameters.Danger : parameters.Threshold);
        if (!IsActive && change >= parameters.Threshold && lasting >= parameters.Threshold)
        {
            activeSlot = slot;
            findings.Add(WithCounterfactual(Verdict(judgedAt, change, Contributions(baseline)), baseline) with { Forecast = Forecast() });
        }
        else if (slot == activeSlot && change < parameters.Threshold * EndShare && baseline.Most() < parameters.Threshold * EndShare)
        {
            activeSlot = NoSlot;
            findings.Add(Verdict(judgedAt, change, Contributions(baseline)));
        }
    }

    private ImmutableArray<MetricContribution> Contributions(HealthBaseline baseline)
    {
        MetricContribution[] contributions = new MetricContribution[watched.Count];
        for (int i = 0; i < contributions.Length; i++)
        {
            contributions[i] = new MetricContribution(watched[i], lastCell[i], baseline.CentreOf(i), baseline.Change(i, lastCell[i]));
        }

        return [.. contributions.OrderByDescending(contribution => contribution.Share)];
    }

    /// <summary>
    /// A metric that alone could have kept the newest cell below the limit. Until that cell two of the newest lay below, or the cell before
    /// would have fired; so without it one more does.
    /// </summary>
    private Anomaly WithCounterfactual(Anomaly finding, HealthBaseline baseline)
    {
        double excess = finding.Score - (parameters.Threshold * 0.999);
        foreach (MetricContribution contribution in finding.Contributions)
        {
            if (contribution.Share >= excess)
            {
                double reach = baseline.ReachOf(watched.PositionOf(contribution.Metric), contribution.Share - excess);
                bool isUpper = contribution.Observed > contribution.Baseline;
                return finding with
                {
                    CounterfactualMetric = contribution.Metric,
                    CounterfactualIsUpper = isUpper,
                    CounterfactualValue = contribution.Baseline + (isUpper ? reach : -reach),
                };
            }
        }

        return finding;
    }

    private Anomaly Verdict(DateTimeOffset at, double score, ImmutableArray<MetricContribution> contributions) => new()
    {
        Detector = Identity,
        Metric = -1,
        IsRaised = IsActive,
        EventTime = at,
        Score = score,
        Threshold = parameters.Threshold,
        WindowStart = contributions.IsEmpty ? at : grid.StartOf(grid.Cell - parameters.Hold + 1),
        WindowEnd = at,
        Completeness = contributions.IsEmpty ? 1 : grid.Completeness,
        Contributions = contributions,
    };
}
