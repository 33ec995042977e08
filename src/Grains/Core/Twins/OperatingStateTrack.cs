using System.Collections.Immutable;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// The operating state over event time, with the time and the starts of running. An instant is judged as a whole: what several samples of
/// one instant say on the way to its last word counts for nothing, so their order does not matter.
/// </summary>
internal sealed class OperatingStateTrack
{
    private const byte Version = 2;
    private readonly ImmutableArray<OperatingStateRule> rules;
    private readonly long maxGap;

    // What held before the newest instant: Current is that instant's own state.
    private int settled;
    private long settledStarts;
    private bool wasJudged;
    private bool isJudged;

    public OperatingStateTrack(ImmutableArray<OperatingStateRule> rules, TimeSpan maxGap)
    {
        this.rules = rules;
        this.maxGap = maxGap.Ticks;
        Names = [.. rules.Select(r => r.Name), OperatingStateRule.Unknown];
        Current = settled = rules.Length;
    }

    /// <summary>Names of the states in their order, <c>unknown</c> last.</summary>
    public string[] Names { get; }

    /// <summary>Index into <see cref="Names"/>.</summary>
    public int Current { get; private set; }

    public string Name => Names[Current];

    public bool IsRunning => Runs(Current);

    public bool IsIdle => Current < rules.Length && rules[Current].IsIdle;

    public long RunningTicks { get; private set; }

    /// <summary>A twin that meets its machine running has not seen it start.</summary>
    public long Starts => settledStarts + (wasJudged && !Runs(settled) && IsRunning ? 1 : 0);

    /// <summary>How far event time has been counted.</summary>
    public long Clock { get; private set; } = Ticks.None;

    /// <summary>The instant from which on the present state holds.</summary>
    public long ChangedAt { get; private set; } = Ticks.None;

    /// <summary>The newest instant before which a pause was too long to count in full.</summary>
    public long CappedAt { get; private set; } = Ticks.None;

    public void Advance(long ticks)
    {
        if (ticks <= Clock)
        {
            return;
        }

        settledStarts = Starts;
        settled = Current;
        wasJudged = isJudged;
        if (Clock != Ticks.None)
        {
            CappedAt = ticks - Clock > maxGap ? ticks : CappedAt;
            RunningTicks += IsRunning ? Math.Min(ticks - Clock, maxGap) : 0;
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

    /// <summary>The state of the newest instant.</summary>
    public void Enter(int state)
    {
        isJudged = true;
        if (state != Current)
        {
            Current = state;
            ChangedAt = Clock;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Text(Name);
        writer.Boolean(isJudged);
        writer.Int64(RunningTicks);
        writer.Int64(settledStarts);
        writer.Int64(Clock);
        writer.Text(Names[settled]);
        writer.Boolean(wasJudged);
        writer.Int64(ChangedAt);
        writer.Int64(CappedAt);
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(Version);
        Current = IndexOf(reader.Text());
        isJudged = reader.Boolean();
        RunningTicks = reader.Int64();
        settledStarts = reader.Int64();
        Clock = reader.Int64();

        // The first version counted a start at once, so to it the newest instant was settled.
        settled = version > 1 ? IndexOf(reader.Text()) : Current;
        wasJudged = version > 1 ? reader.Boolean() : isJudged;
        ChangedAt = version > 1 ? reader.Int64() : Clock;
        CappedAt = version > 1 ? reader.Int64() : Clock;
    }

    /// <summary>As it is before the first sample.</summary>
    public void Reset()
    {
        Current = settled = rules.Length;
        isJudged = wasJudged = false;
        RunningTicks = settledStarts = 0;
        Clock = ChangedAt = CappedAt = Ticks.None;
    }

    private int IndexOf(string? name) => Array.IndexOf(Names, name) is var index and >= 0 ? index : rules.Length;

    private bool Runs(int state) => state < rules.Length && rules[state].IsRunning;

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
