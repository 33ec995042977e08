namespace Millwright.Simulation.Faults;

/// <summary>The faults of one asset, in order of start. Asked several times per tick, so it walks forward only.</summary>
internal sealed class FaultTrack(IEnumerable<Fault> faults)
{
    private readonly List<Fault> pending = [.. faults.OrderBy(f => f.Start)];
    private readonly List<Fault> active = [];
    private int next;

    public void MoveTo(TimeSpan offset)
    {
        active.RemoveAll(f => offset >= f.End);
        while (next < pending.Count && pending[next].Start <= offset)
        {
            if (offset < pending[next].End)
            {
                active.Add(pending[next]);
            }

            next++;
        }

        Offset = offset;
    }

    public TimeSpan Offset { get; private set; }

    public double Level(FaultKind kind)
    {
        double level = 0;
        foreach (Fault fault in active)
        {
            if (fault.Kind == kind)
            {
                level = Math.Max(level, fault.LevelAt(Offset));
            }
        }

        return level;
    }

    public bool IsActive(FaultKind kind) => Level(kind) > 0;

    public bool IsFrozen(string metric)
        => active.Exists(f => f.Kind == FaultKind.DeadSensor && string.Equals(f.Metric, metric, StringComparison.Ordinal));
}
