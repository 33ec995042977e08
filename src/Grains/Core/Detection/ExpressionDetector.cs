using System.Collections.Immutable;
using Millwright.Core.Expressions;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: whoever runs the machine knows things about it that no statistic will find, and can say them in one line.
///
/// Method: the last value of each metric, and a trailing window where the rule asks for one. The condition is judged once per instant of
/// event time: as soon as every metric of the rule has a sample of it, else when a later instant begins. It fires when it has held for the
/// dwell, and clears when it has not held for the clear dwell. The score is 1 while it holds and 0 while it does not; the comparisons
/// because of which it holds share the score, each under its first metric, its two sides being observed and baseline.
///
/// Trap: metrics of one message come one by one. Judged at each of them, a rule would compare the new current with the old flow, and cry
/// about a state that never was. And what is not known yet is neither true nor false: it begins nothing and ends nothing.
/// </summary>
public sealed class ExpressionDetector : IDetector, IEndsAnomalies, IRelearns
{
    private const byte StateVersion = 1;
    private const double Limit = 1;

    private readonly ExpressionProgram program;
    private readonly ExpressionParameters parameters;
    private readonly WatchedMetrics watched;
    private readonly double[] values;
    private readonly long[] seen;
    private readonly SlidingWindow[] windows;
    private long instant = Ticks.None;
    private string operatingState = "";
    private bool isJudged = true;
    private bool? holds;
    private bool isActive;

    // Since when the condition is other than the anomaly says.
    private long differsSince = Ticks.None;

    public ExpressionDetector(DetectorIdentity identity, ExpressionProgram program, ExpressionParameters parameters)
    {
        Identity = identity;
        this.program = program;
        this.parameters = parameters;
        watched = new WatchedMetrics(program.Metrics, ExpressionParameters.Kind);
        values = new double[watched.Count];
        seen = new long[watched.Count];
        windows = [.. program.Windows.Select(w => new SlidingWindow(w.Rule))];
        Array.Fill(values, double.NaN);
        Array.Fill(seen, Ticks.None);
    }

    public DetectorIdentity Identity { get; }

    /// <summary>Whom its findings are about.</summary>
    private int Subject => watched.Count == 1 ? watched[0] : -1;

    private ExpressionFrame Frame => new(values, seen, windows, operatingState, instant);

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int position = watched.PositionOf(observation.Metric);
        if (position < 0 || !double.IsFinite(observation.Value))
        {
            return;
        }

        long ticks = observation.EventTime.UtcTicks;
        if (ticks > instant)
        {
            Judge(findings);
            (instant, isJudged) = (ticks, false);
        }

        operatingState = context.OperatingState;
        values[position] = observation.Value;
        seen[position] = ticks;
        for (int i = 0; i < windows.Length; i++)
        {
            if (program.Windows[i].Position == position)
            {
                windows[i].Add(ticks, observation.Value);
            }
        }

        if (!seen.AsSpan().ContainsAnyExcept(instant))
        {
            Judge(findings);
        }
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (isActive)
        {
            isActive = false;
            findings.Add(Verdict(eventTime, []));
        }

        differsSince = Ticks.None;
        isJudged = true;
    }

    /// <summary>
    /// A condition learns nothing. But what a trailing window has kept of the machine as it was says nothing of the one that it is now.
    /// </summary>
    void IRelearns.Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        bool hasForgotten = false;
        for (int i = 0; i < windows.Length; i++)
        {
            if (metric < 0 || watched[program.Windows[i].Position] == metric)
            {
                windows[i] = new SlidingWindow(program.Windows[i].Rule);
                hasForgotten = true;
            }
        }

        if (hasForgotten)
        {
            End(eventTime, findings);
            holds = null;
        }
    }

    public Decision? DecisionOf(int metric)
    {
        if (metric != Subject || instant == Ticks.None)
        {
            return null;
        }

        ImmutableArray<MetricContribution> reasons = holds == true ? Reasons() : [];
        return new Decision
        {
            Detector = Identity,
            Metric = Subject,
            EventTime = Ticks.ToInstant(instant),
            Score = holds is null ? double.NaN : holds.Value ? Limit : 0,
            Threshold = Limit,
            Verdict = isActive ? DecisionVerdict.Active
                : holds switch { null => DecisionVerdict.Warming, true => DecisionVerdict.Pending, false => DecisionVerdict.Quiet },
            Warmup = holds is null ? 0 : 1,
            Contributions = reasons,
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Doubles(values);
        foreach (long ticks in seen)
        {
            writer.Int64(ticks);
        }

        writer.Int32(windows.Length);
        foreach (SlidingWindow window in windows)
        {
            window.Save(writer);
        }

        writer.Int64(instant);
        writer.Text(operatingState);
        writer.Boolean(isJudged);
        writer.Byte(holds switch { null => 2, true => 1, false => 0 });
        writer.Boolean(isActive);
        writer.Int64(differsSince);
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        double[] stored = reader.Doubles();
        if (stored.Length != values.Length)
        {
            throw new StateFormatException($"A rule over {values.Length} metrics cannot take the state of one over {stored.Length}.");
        }

        stored.CopyTo(values, 0);
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = reader.Int64();
        }

        if (reader.Int32() != windows.Length)
        {
            throw new StateFormatException("A rule cannot take the state of one with other windows.");
        }

        foreach (SlidingWindow window in windows)
        {
            window.Restore(reader);
        }

        instant = reader.Int64();
        operatingState = reader.Text() ?? "";
        isJudged = reader.Boolean();
        holds = reader.Byte() switch { 0 => false, 1 => true, _ => null };
        isActive = reader.Boolean();
        differsSince = reader.Int64();
    }

    private void Judge(ICollection<Anomaly> findings)
    {
        if (isJudged)
        {
            return;
        }

        isJudged = true;
        foreach (SlidingWindow window in windows)
        {
            window.Advance(instant);
        }

        holds = program.Condition.At(Frame);
        if (holds is null || holds == isActive)
        {
            differsSince = Ticks.None;
            return;
        }

        differsSince = differsSince == Ticks.None ? instant : differsSince;
        if (instant - differsSince >= (isActive ? parameters.ClearDwell : parameters.Dwell).Ticks)
        {
            isActive = !isActive;
            differsSince = Ticks.None;
            findings.Add(Verdict(Ticks.ToInstant(instant), isActive ? Reasons() : []));
        }
    }

    private Anomaly Verdict(DateTimeOffset eventTime, ImmutableArray<MetricContribution> reasons)
    {
        DateTimeOffset start = windows.Length == 0 || !isActive ? eventTime : Ticks.ToInstant(windows.Min(w => w.Start));
        Anomaly finding = new()
        {
            Detector = Identity,
            Metric = Subject,
            IsRaised = isActive,
            EventTime = eventTime,
            Score = isActive ? Limit : 0,
            Threshold = Limit,
            WindowStart = start < eventTime ? start : eventTime,
            WindowEnd = eventTime,
            Completeness = 1,
            Contributions = reasons,
        };
        return isActive ? WithCounterfactual(finding) : finding;
    }

    private ImmutableArray<MetricContribution> Reasons()
    {
        ExpressionFrame frame = Frame;
        List<Comparison> comparisons = [];
        program.Condition.Explain(true, frame, comparisons);
        comparisons.RemoveAll(c => c.Left.Subject < 0 && c.Right.Subject < 0);

        // A rule over nothing but the state blames the first metric that it waits for: some metric has to carry the score.
        return comparisons.Count == 0
            ? [new MetricContribution(watched[0], values[0], values[0], Limit)]
            : [.. comparisons.Select(c => Reason(c, Limit / comparisons.Count))];
    }

    private MetricContribution Reason(Comparison comparison, double share)
    {
        ExpressionFrame frame = Frame;
        bool isLeft = comparison.Left.Subject >= 0;
        (Quantity subject, Quantity limit) = isLeft ? (comparison.Left, comparison.Right) : (comparison.Right, comparison.Left);
        return new MetricContribution(
            watched[subject.Subject],
            comparison.Display.FromBase(subject.At(frame)),
            comparison.Display.FromBase(limit.At(frame)),
            share);
    }

    /// <summary>
    /// A plain metric against a limit has a value at which the condition would not hold. It is tried: other parts of the rule may hold on.
    /// </summary>
    private Anomaly WithCounterfactual(Anomaly finding)
    {
        List<Comparison> comparisons = [];
        program.Condition.Explain(true, Frame, comparisons);
        foreach (Comparison comparison in comparisons)
        {
            if (comparison.Left is not MetricValue metric || comparison.Right.Subject == metric.Position
                || program.Windows.Any(w => w.Position == metric.Position))
            {
                continue;
            }

            double limit = metric.Unit.FromBase(comparison.Right.At(Frame));
            bool isUpper = comparison.Sign is ">" or ">=";
            double step = Math.Max(Math.Abs(limit), Math.Abs(values[metric.Position])) * 1e-9;
            double candidate = comparison.Sign == "!=" ? limit : isUpper ? limit - step : limit + step;
            double observed = values[metric.Position];
            values[metric.Position] = candidate;
            bool? held = program.Condition.At(Frame);
            values[metric.Position] = observed;
            if (held == false)
            {
                return finding with
                {
                    CounterfactualMetric = watched[metric.Position], CounterfactualValue = candidate, CounterfactualIsUpper = isUpper,
                };
            }
        }

        return finding;
    }
}
