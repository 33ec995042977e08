using System.Buffers;
using Millwright.Core.State;
using Millwright.Core.Twins;

namespace Millwright.Core.Windows.Ordered;

/// <summary>All ordered windows of a twin, and the time that they share.</summary>
internal sealed class StageWindows(TwinDefinition definition, string[] states)
{
    private const byte Version = 1;
    private readonly WindowRule[] rules = Validated(definition.Windows.Where(w => w.Kind.IsOrdered()));
    private readonly long maxGap = definition.Time.MaxStateGap.Ticks;

    // By metric.
    private readonly List<MetricRule> metrics = [];
    private readonly List<OrderedWindow[]> windows = [];
    private long clock = Ticks.None;
    private long counted;

    public long NextDue { get; private set; } = Ticks.Never;

    public static bool Exist(TwinDefinition definition) => definition.Windows.Any(w => w.Kind.IsOrdered());

    public void Add(int index, MetricRule metric)
    {
        metrics.Add(metric);
        windows.Add(Create(index));
    }

    /// <summary>Event time goes on; the state is the one that held until now.</summary>
    public void Pass(long ticks, int state, List<ClosedWindow> issued)
    {
        StageTime time = Time(state);
        if (ticks >= NextDue)
        {
            NextDue = Ticks.Never;
            foreach (OrderedWindow[] metric in windows)
            {
                foreach (OrderedWindow window in metric)
                {
                    if (window.NextDue <= ticks)
                    {
                        window.Advance(time, ticks, issued);
                    }

                    NextDue = Math.Min(NextDue, window.NextDue);
                }
            }
        }

        (clock, counted) = (ticks, time.CountedAt(ticks));
    }

    /// <summary>At the present instant another state begins.</summary>
    public void Enter(int from, int to, List<ClosedWindow> issued)
    {
        StageTime time = Time(from);
        foreach (OrderedWindow[] metric in windows)
        {
            foreach (OrderedWindow window in metric)
            {
                window.Enter(time, to, issued);
            }
        }
    }

    public bool Joins(int metric, long ticks) => Array.TrueForAll(windows[metric], w => w.Joins(ticks, clock));

    public void Observe(int metric, long ticks, double value, int state)
    {
        StageTime time = Time(state);
        foreach (OrderedWindow window in windows[metric])
        {
            window.Observe(ticks, value, time);
            NextDue = Math.Min(NextDue, window.NextDue);
        }
    }

    public void TakeBack(in IssuedWindow gone)
    {
        foreach (OrderedWindow window in windows[gone.Metric])
        {
            if (window.Rule.Kind == gone.Kind)
            {
                window.TakeBack(gone.Start, gone.Revision);
            }
        }
    }

    public void CollectPresent(int metric, List<ClosedWindow> present)
    {
        foreach (OrderedWindow window in windows[metric])
        {
            window.CollectPresent(present);
        }
    }

    public void Reset()
    {
        (clock, counted, NextDue) = (Ticks.None, 0, Ticks.Never);
        for (int i = 0; i < windows.Count; i++)
        {
            windows[i] = Create(i);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int64(clock);
        writer.Int64(counted);
        writer.Text(string.Join('\n', states));
        var section = new ArrayBufferWriter<byte>();
        writer.Int32(windows.Sum(w => w.Length));
        for (int metric = 0; metric < windows.Count; metric++)
        {
            foreach (OrderedWindow window in windows[metric])
            {
                writer.Text(metrics[metric].Name);
                SaveShape(writer, window.Rule);
                section.ResetWrittenCount();
                window.Save(new StateWriter(section));
                writer.Bytes(section.WrittenSpan);
            }
        }
    }

    /// <summary>False when a window is gone, or computes something else now: then it has begun afresh.</summary>
    public bool Restore(StateReader reader)
    {
        reader.Version(Version);
        clock = reader.Int64();
        counted = reader.Int64();
        bool isSame = reader.Text() == string.Join('\n', states);
        bool hasStates = isSame;
        for (int left = reader.Count(40); left > 0; left--)
        {
            string? metric = reader.Text();
            WindowRule shape = RestoreShape(reader);
            byte[] state = reader.Bytes();
            int index = metrics.FindIndex(m => m.Name == metric);
            OrderedWindow? window = index < 0 || !hasStates ? null : Array.Find(windows[index], w => w.IsSameAs(shape));
            window?.Restore(new StateReader(state));
            isSame &= window is not null;
        }

        NextDue = windows.SelectMany(w => w).Select(w => w.NextDue).DefaultIfEmpty(Ticks.Never).Min();
        return isSame;
    }

    private static void SaveShape(StateWriter writer, WindowRule rule)
    {
        writer.Byte((byte)rule.Kind);
        writer.Duration(rule.Size);
        writer.Duration(rule.Hop);
        writer.Duration(rule.Offset);
        writer.Int32(rule.Samples);
        writer.Boolean(rule.IsEvery);
        writer.Int32((int)rule.Aggregates);
        writer.Doubles(rule.Quantiles.AsSpan());
        writer.Text(string.Join('\n', rule.States));
    }

    private static WindowRule RestoreShape(StateReader reader) => new()
    {
        Kind = (WindowKind)reader.Byte(),
        Size = reader.Duration(),
        Hop = reader.Duration(),
        Offset = reader.Duration(),
        Samples = reader.Int32(),
        IsEvery = reader.Boolean(),
        Aggregates = (WindowAggregates)reader.Int32(),
        Quantiles = [.. reader.Doubles()],
        States = reader.Text() is { Length: > 0 } names ? [.. names.Split('\n')] : [],
    };

    private static WindowRule[] Validated(IEnumerable<WindowRule> all)
    {
        WindowRule[] rules = [.. all];
        foreach (WindowRule rule in rules)
        {
            rule.Validate();
        }

        return rules;
    }

    private StageTime Time(int state) => new(clock, counted, maxGap, state);

    private OrderedWindow[] Create(int metric) => metrics[metric].IsText
        ? []
        : [.. WindowRule.For(metric, rules).Select(r => OrderedWindow.Create(r, metric, metrics[metric].ExpectedInterval, states))];
}
