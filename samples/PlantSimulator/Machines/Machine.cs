using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Plant;

namespace Millwright.Simulation.Machines;

/// <summary>One asset: hidden state that is integrated tick by tick, and what its sensors say about it.</summary>
internal abstract class Machine(MachineProfile profile)
{
    private readonly Dictionary<string, ulong> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadingValue> frozen = new(StringComparer.Ordinal);

    public MachineProfile Profile { get; } = profile;

    /// <summary>Metrics on which <paramref name="kind"/> shows on this kind of machine; empty when it cannot have that fault.</summary>
    public abstract IReadOnlyList<string> AffectedBy(FaultKind kind);

    public abstract void Advance(in Moment moment);

    /// <summary>The step that ended in this tick; null for none.</summary>
    public virtual ProductionStep? FinishedStep(in Moment moment) => null;

    public void Read(in Moment moment, Reading reading)
    {
        reading.Clear();
        Sense(moment, reading);
    }

    /// <summary>Replaces what a dead sensor says by what it said when it died.</summary>
    public ReadingValue AsSensed(ReadingValue value)
    {
        if (!Profile.Faults.IsFrozen(value.Metric))
        {
            frozen.Remove(value.Metric);
            return value;
        }

        return frozen.TryGetValue(value.Metric, out ReadingValue held) ? held : frozen[value.Metric] = value;
    }

    protected abstract void Sense(in Moment moment, Reading reading);

    protected double Level(FaultKind kind) => Profile.Faults.Level(kind);

    protected LineState State => Profile.Line?.State ?? LineState.Running;

    protected double Jitter(in Moment moment, string metric, double deviation)
        => deviation * Profile.Noise.Gaussian(Stream(metric), moment.Tick);

    protected double Wander(in Moment moment, string what, TimeSpan period)
        => Profile.Noise.Drift(Stream(what), moment.Tick, Math.Max(1, (long)(period.TotalSeconds / moment.Seconds)));

    /// <summary>First-order lag; exact for a constant target, so it cannot overshoot at any tick length.</summary>
    protected static double Approach(double value, double target, double timeConstant, in Moment moment)
        => target + ((value - target) * Math.Exp(-moment.Seconds / timeConstant));

    private ulong Stream(string metric)
    {
        if (!streams.TryGetValue(metric, out ulong stream))
        {
            stream = Noise.StreamOf(Profile.Name, metric);
            streams.Add(metric, stream);
        }

        return stream;
    }
}
