using System.Collections.Immutable;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>The operating state over event time, with the time and the starts of running.</summary>
internal sealed class OperatingStateTrack
{
    private const byte Version = 1;
    private readonly ImmutableArray<OperatingStateRule> rules;
    private readonly long maxGap;
    private bool wasJudged;

    public OperatingStateTrack(ImmutableArray<OperatingStateRule> rules, TimeSpan maxGap)
    {
        this.rules = rules;
        this.maxGap = maxGap.Ticks;
        Names = [.. rules.Select(r => r.Name), OperatingStateRule.Unknown];
        Current = rules.Length;
    }

    /// <summary>Names of the states in their order, <c>unknown</c> last.</summary>
    public string[] Names { get; }

    /// <summary>Index into <see cref="Names"/>.</summary>
    public int Current { get; private set; }

    public string Name => Names[Current];

    public bool IsRunning => Current < rules.Length && rules[Current].IsRunning;

    public bool IsIdle => Current < rules.Length && rules[Current].IsIdle;

    public long RunningTicks { get; private set; }

    public long Starts { get; private set; }

    /// <summary>How far event time has been counted.</summary>
    public long Clock { get; private set; } = Ticks.None;

    public void Advance(long ticks)
    {
        if (ticks <= Clock)
        {
            return;
        }

        if (IsRunning && Clock != Ticks.None)
        {
            RunningTicks += Math.Min(ticks - Clock, maxGap);
        }

        Clock = ticks;
    }

    /// <summary>The state that the metrics' in-order values say.</summary>
    public int Judge(List<MetricTrack> metrics)
    {
        for (int i = 0; i < rules.Length; i++)
        {
            if (Holds(rules[i], metrics))
            {
                return i;
            }
        }

        return rules.Length;
    }

    public void Enter(int state)
    {
        bool wasRunning = IsRunning;
        Current = state;

        // A twin that meets its machine running has not seen it start.
        Starts += wasJudged && !wasRunning && IsRunning ? 1 : 0;
        wasJudged = true;
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Text(Name);
        writer.Boolean(wasJudged);
        writer.Int64(RunningTicks);
        writer.Int64(Starts);
        writer.Int64(Clock);
    }

    public void Restore(StateReader reader)
    {
        reader.Version(Version);
        Current = Array.IndexOf(Names, reader.Text());
        Current = Current < 0 ? rules.Length : Current;
        wasJudged = reader.Boolean();
        RunningTicks = reader.Int64();
        Starts = reader.Int64();
        Clock = reader.Int64();
    }

    private static bool Holds(OperatingStateRule rule, List<MetricTrack> metrics)
    {
        foreach (ConditionRule condition in rule.Conditions)
        {
            if (condition.Metric < 0 || condition.Metric >= metrics.Count)
            {
                return false;
            }

            MetricTrack metric = metrics[condition.Metric];
            if (metric.OrderedTicks == Ticks.None || !condition.Holds(metric.OrderedValue, metric.OrderedText))
            {
                return false;
            }
        }

        return true;
    }
}
