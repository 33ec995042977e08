using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Core.Windows.Ordered;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// What depends on the order of samples: operating state, running time, meters, detectors. Its meaning is that of <see cref="Replay"/>:
/// instant by instant, and in an instant first the state, then meters and detectors by metric. Live samples come one by one;
/// <see cref="Observe"/> takes what is newer than all before, and <see cref="TryJoin"/> what came out of order without making a difference.
/// For all else the twin rewinds.
/// </summary>
internal sealed partial class OrderedStage
{
    private readonly TwinDefinition definition;
    private readonly List<MetricTrack> metrics;
    private readonly DetectorSlot[] detectors;
    private readonly MeterTrack[] meters;

    // Null for nearly all twins.
    private readonly StageWindows? windows;

    // By metric: what to do with its samples.
    private readonly List<Route> routes = [];
    private long nextMeterDue = Ticks.Never;
    private long nextPass = Ticks.Never;
    private readonly DetectorSlot[] watches;

    // The newest instant of each: at which a detector has judged, the state was asked, a meter was advanced by the clock.
    private long judgedAt = Ticks.None;
    private long stateAskedAt = Ticks.None;
    private long metersAt = Ticks.None;

    // The newest instant at which baselines were reset, or took over a prior.
    private long resetAt = Ticks.None;

    // The highest rank among the samples of the newest instant.
    private int rankAtClock;

    /// <param name="metrics">The twin's own table; it grows.</param>
    public OrderedStage(TwinDefinition definition, List<MetricTrack> metrics)
    {
        this.definition = definition;
        this.metrics = metrics;
        State = new OperatingStateTrack(definition.States, definition.Time.MaxStateGap);
        detectors = [.. definition.Detectors.Select(d => new DetectorSlot(d))];
        meters = [.. definition.Meters.Select((m, i) => MeterTrack.Create(m, i, State.Names))];
        watches = Array.FindAll(detectors, d => d.Watch is not null);
        SeekModes();
        windows = StageWindows.Exist(definition) ? new StageWindows(definition, State.Names) : null;
    }

    public OperatingStateTrack State { get; }

    /// <summary>The newest instant that was observed.</summary>
    public long Clock => State.Clock;

    /// <summary>False for a twin whose samples may come in any order, because nothing here depends on it.</summary>
    public bool IsOrderSensitive => detectors.Length > 0 || meters.Length > 0 || definition.States.Length > 0
        || windows is not null;

    /// <summary>Place of a detector in the definition; -1 when it is not there.</summary>
    public int IndexOf(DetectorIdentity detector) => Array.FindIndex(detectors, d => d.Detector.Identity == detector);

    /// <summary>By metric: whether a detector's judgement may depend on its samples.</summary>
    public bool[] InputsOf(int detector) =>
        [.. routes.Select(r =>
            r.AffectsState || r.ChangesBaselines || r.Detectors.Contains(detector) || detectors[detector].Watch is not null)];

    /// <summary>In the newest instant its turn is after that of every metric seen there.</summary>
    public bool IsBehindAllAtClock(int metric) => metric > rankAtClock;

    public void Add(MetricTrack metric)
    {
        int index = metric.Index;
        windows?.Add(index, metric.Rule);
        routes.Add(new Route(
            [.. Enumerable.Range(0, detectors.Length).Where(d => detectors[d].Watches(metric))],
            [.. Enumerable.Range(0, meters.Length).Where(m => meters[m].Rule.Metric == index && !metric.Rule.IsText)],
            definition.States.Any(s => s.Conditions.Any(c => c.Metric == index)),
            metric.Rule is { IsText: true, Name: BaselineReset.Metric },
            metric.Rule is { IsText: true, Name: BaselinePrior.Metric }));
    }

    /// <summary>Takes a good sample that is newer than all before it.</summary>
    public void Observe(in HeldSample sample, TwinOutput output)
    {
        Begin(sample.Ticks, output);
        metrics[sample.Metric].SetOrdered(sample.Ticks, sample.Value, sample.Text);
        Route route = routes[sample.Metric];
        if (route.AffectsState)
        {
            Enter(State.Judge(metrics), output);
        }

        Measure(route, sample, output);
        Gather(sample);
        Judge(route, sample, output);
        rankAtClock = sample.Metric;
    }

    /// <summary>
    /// Takes a good sample that came after newer ones, if that leaves everything as if it had come in its turn; else false and nothing has
    /// changed. It may still find something, which then is found too late: the caller looks.
    /// </summary>
    public bool TryJoin(in HeldSample sample, TwinOutput output)
    {
        MetricTrack metric = metrics[sample.Metric];
        Route route = routes[sample.Metric];
        bool isNow = sample.Ticks == Clock;
        bool isInTurn = isNow && sample.Metric > rankAtClock;
        if (sample.Ticks <= metric.OrderedTicks
            || ((route.ChangesBaselines || resetAt >= sample.Ticks) && !isInTurn)
            || State.ChangedAt > sample.Ticks
            || State.CappedAt > sample.Ticks
            || metersAt > sample.Ticks
            || changedAt > sample.Ticks
            || (!isNow && route.Meters.Length > 0)
            || (route.AffectsState && (stateAskedAt > sample.Ticks || (!isNow && stateAskedAt == Ticks.None))))
        {
            return false;
        }

        (long ticks, double value, string? text) = (metric.OrderedTicks, metric.OrderedValue, metric.OrderedText);
        metric.SetOrdered(sample.Ticks, sample.Value, sample.Text);
        int state = route.AffectsState ? State.Judge(metrics) : State.Current;
        bool isOther = state != State.Current;
        if ((isOther && (!isNow || judgedAt == Clock || windows is not null)) || !Joins(route, sample, state, isNow)
            || windows?.Joins(sample.Metric, sample.Ticks) == false)
        {
            metric.SetOrdered(ticks, value, text);
            return false;
        }

        if (route.AffectsState)
        {
            Enter(state, output);
            stateAskedAt = sample.Ticks;
        }

        Measure(route, sample, output);
        Gather(sample);
        Judge(route, sample, output);
        rankAtClock = isNow ? Math.Max(rankAtClock, sample.Metric) : rankAtClock;
        return true;
    }

    /// <summary>Takes all good samples of one instant that is newer than all before it, in the order of their metrics.</summary>
    public void Replay(ReadOnlySpan<HeldSample> instant, TwinOutput output)
    {
        Begin(instant[0].Ticks, output);
        bool affectsState = false;
        foreach (ref readonly HeldSample sample in instant)
        {
            metrics[sample.Metric].SetOrdered(sample.Ticks, sample.Value, sample.Text);
            affectsState |= routes[sample.Metric].AffectsState;
        }

        if (affectsState)
        {
            Enter(State.Judge(metrics), output);
        }

        foreach (ref readonly HeldSample sample in instant)
        {
            Measure(routes[sample.Metric], sample, output);
            Gather(sample);
        }

        foreach (ref readonly HeldSample sample in instant)
        {
            Judge(routes[sample.Metric], sample, output);
        }

        rankAtClock = instant[^1].Metric;
    }

    /// <summary>Processing time, for detectors of absence. True when they claim something new.</summary>
    public bool AdvanceDetectors(DateTimeOffset now, long watermark)
    {
        var context = new DetectionContext(State.Name, Ticks.ToInstant(watermark));
        var claims = new List<Anomaly>();
        foreach (DetectorSlot slot in detectors)
        {
            if (slot.Mode == DetectorMode.Live)
            {
                slot.Detector.Advance(now, context, claims);
            }
        }

        return claims.Count > 0;
    }

    /// <summary>Event time has come to a new instant: what was due before it, in the state that held until now.</summary>
    private void Begin(long ticks, TwinOutput output)
    {
        int found = output.Anomalies.Count;
        while (ticks >= nextChange)
        {
            Change(output);
        }

        Pass(ticks, output);
        Stamp(output, found, ticks);
        windows?.Pass(ticks, State.Current, output.Staged);
        State.Advance(ticks);
        if (ticks >= nextMeterDue)
        {
            AdvanceMeters(output);
        }
    }

    private void Pass(long ticks, TwinOutput output)
    {
        if (ticks <= nextPass)
        {
            return;
        }

        nextPass = Ticks.Never;
        foreach (DetectorSlot slot in watches)
        {
            if (slot.Mode != DetectorMode.Absent)
            {
                List<Anomaly> findings = slot.Mode == DetectorMode.Live ? output.Anomalies : unspoken;
                int from = findings.Count;
                slot.Watch!.Pass(ticks, findings);
                Follow(slot, findings, from);
                nextPass = Math.Min(nextPass, slot.Watch.NextDue);
            }
        }

        unspoken.Clear();
    }

    private bool Joins(Route route, in HeldSample sample, int state, bool isNow)
    {
        if (isNow && sample.Metric > rankAtClock)
        {
            // Others of this instant were judged before it, and that is their order.
            return true;
        }

        Observation observation = Observation(sample);
        var context = new DetectionContext(State.Names[state], observation.EventTime);
        foreach (int detector in route.Detectors)
        {
            if (detectors[detector].Mode != DetectorMode.Absent && !detectors[detector].Detector.Joins(observation, context))
            {
                return false;
            }
        }

        return true;
    }

    private void Measure(Route route, in HeldSample sample, TwinOutput output)
    {
        foreach (int meter in route.Meters)
        {
            meters[meter].Advance(State.Clock, State.Current, output.Consumption);
            meters[meter].Observe(sample.Ticks, sample.Value, State.Clock, State.Current, output.Consumption);
            nextMeterDue = Math.Min(nextMeterDue, meters[meter].NextDue);
        }
    }

    private void Judge(Route route, in HeldSample sample, TwinOutput output)
    {
        if (route.IsReset)
        {
            Relearn(sample, output);
        }
        else if (route.IsPrior)
        {
            Adopt(sample);
        }

        if (route.Detectors.Length == 0)
        {
            return;
        }

        int found = output.Anomalies.Count;
        Observation observation = Observation(sample);
        var context = new DetectionContext(State.Name, observation.EventTime);
        foreach (int detector in route.Detectors)
        {
            DetectorSlot slot = detectors[detector];
            if (slot.Mode == DetectorMode.Absent)
            {
                continue;
            }

            List<Anomaly> findings = slot.Mode == DetectorMode.Live ? output.Anomalies : unspoken;
            int from = findings.Count;
            slot.Detector.Observe(observation, context, findings);
            if (findings.Count > from)
            {
                Follow(slot, findings, from);
            }
        }

        unspoken.Clear();
        foreach (DetectorSlot slot in watches)
        {
            nextPass = Math.Min(nextPass, slot.Watch!.NextDue);
        }

        judgedAt = Math.Max(judgedAt, sample.Ticks);
        Stamp(output, found, sample.Ticks);
    }

    private void Enter(int state, TwinOutput output)
    {
        stateAskedAt = Clock;
        if (state != State.Current)
        {
            AdvanceMeters(output);
            windows?.Enter(State.Current, state, output.Staged);
        }

        State.Enter(state);
    }

    private void AdvanceMeters(TwinOutput output)
    {
        metersAt = meters.Length > 0 ? Clock : Ticks.None;
        nextMeterDue = Ticks.Never;
        foreach (MeterTrack meter in meters)
        {
            meter.Advance(State.Clock, State.Current, output.Consumption);
            nextMeterDue = Math.Min(nextMeterDue, meter.NextDue);
        }
    }

    private void Stamp(TwinOutput output, int from, long ticks)
    {
        for (int i = from; i < output.Anomalies.Count; i++)
        {
            output.Anomalies[i] = output.Anomalies[i] with { OperatingState = State.Name, FoundAt = Ticks.ToInstant(ticks) };
        }
    }

    private static Observation Observation(in HeldSample sample) =>
        new(sample.Metric, Ticks.ToInstant(sample.Ticks), sample.Value, SampleQuality.Good);

    private sealed record Route(int[] Detectors, int[] Meters, bool AffectsState, bool IsReset, bool IsPrior)
    {
        public bool ChangesBaselines => IsReset || IsPrior;
    }
}
