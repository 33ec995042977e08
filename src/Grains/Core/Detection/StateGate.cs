using Millwright.Core.Prognosis;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Lets a detector see only the operating states it is meant for. When the asset leaves them, what was open ends: nobody shall be called to
/// a machine that stands because of what it did while it ran.
/// </summary>
internal sealed class StateGate : IDetector, IWatchesTime, IRelearns, IForecasts
{
    private const byte StateVersion = 1;

    private readonly IDetector inner;
    private readonly IWatchesTime? watch;
    private readonly HashSet<string> states;
    private bool isInside;

    public StateGate(IDetector inner, IReadOnlyCollection<string> states)
    {
        Invariant.Holds(inner is IEndsAnomalies);
        this.inner = inner;
        watch = inner as IWatchesTime;
        this.states = new HashSet<string>(states, StringComparer.Ordinal);
    }

    public DetectorIdentity Identity => inner.Identity;

    public long NextDue => isInside && watch is not null ? watch.NextDue : Windows.Ticks.Never;

    public int OverdueChanges => watch?.OverdueChanges ?? 0;

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        bool wasInside = isInside;
        isInside = states.Contains(context.OperatingState);
        if (isInside)
        {
            inner.Observe(observation, context, findings);
        }
        else if (wasInside)
        {
            ((IEndsAnomalies)inner).End(observation.EventTime, findings);
        }
    }

    public bool Joins(in Observation observation, in DetectionContext context) =>
        isInside == states.Contains(context.OperatingState) && (!isInside || inner.Joins(observation, context));

    public void Pass(long ticks, ICollection<Anomaly> findings)
    {
        if (isInside)
        {
            watch?.Pass(ticks, findings);
        }
    }

    public void CollectOverdue(ICollection<Anomaly> findings) => watch?.CollectOverdue(findings);

    public bool Reclaim(int metric, DateTimeOffset begin) => isInside && watch is not null && watch.Reclaim(metric, begin);

    public object TakeWaits() => watch?.TakeWaits() ?? this;

    public void KeepWaits(object waits) => watch?.KeepWaits(waits);

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
        if (isInside)
        {
            inner.Advance(now, context, findings);
        }
    }

    public ComponentForecast? Forecast() => (inner as IForecasts)?.Forecast();

    public Decision? DecisionOf(int metric) =>
        inner.DecisionOf(metric) is { } decision && !isInside ? decision with { Verdict = DecisionVerdict.Suspended } : inner.DecisionOf(metric);

    public void Relearn(int metric, DateTimeOffset eventTime, ICollection<Anomaly> findings) =>
        (inner as IRelearns)?.Relearn(metric, eventTime, findings);

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Boolean(isInside);
        inner.Save(writer);
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        isInside = reader.Boolean();
        inner.Restore(reader);
    }
}
