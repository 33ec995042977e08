using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>
/// A machine whose second metric, the speed, says whether it runs, or the speed and the load together; windows by the order of samples and
/// by state.
/// </summary>
internal sealed class OrderedRun(TimeRule time, params WindowRule[] windows)
{
    public const int Pressure = 0;
    public const int Speed = 1;
    public const int Load = 3;

    public const WindowAggregates All = (WindowAggregates)63;

    /// <summary>
    /// It idles when it neither turns nor has a load, and runs else: the halves of one instant can say both, one after the other.
    /// </summary>
    public static readonly ImmutableArray<OperatingStateRule> ByTwo =
    [
        new OperatingStateRule
        {
            Name = "idle",
            Conditions = [new ConditionRule(Speed, Comparison.LessOrEqual, 5), new ConditionRule(Load, Comparison.LessOrEqual, 1)],
            IsIdle = true,
        },
        new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(Load, Comparison.GreaterOrEqual, 0)], IsRunning = true },
    ];

    private static readonly ImmutableArray<OperatingStateRule> ByOne =
    [
        new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(Speed, Comparison.Greater, 5)], IsRunning = true },
        new OperatingStateRule { Name = "idle", Conditions = [new ConditionRule(Speed, Comparison.LessOrEqual, 5)], IsIdle = true },
    ];

    public ImmutableArray<OperatingStateRule> States { get; init; } = ByOne;

    private TwinDefinition Definition => new()
    {
        Metrics =
        [
            new MetricRule { Name = "pressure" }, new MetricRule { Name = "speed" }, new MetricRule { Name = "end", IsText = true },
            new MetricRule { Name = "load" },
        ],
        States = States,
        Windows = [.. windows],
        Time = time,
    };

    /// <summary>All that was issued, retractions and revisions included.</summary>
    public List<ClosedWindow> Issued { get; } = [];

    /// <summary>What is open or present after the last sample.</summary>
    public List<ClosedWindow> Present { get; } = [];

    public TwinEngine? Engine { get; private set; }

    public static WindowRule Rule(WindowKind kind, double size = 0, double hop = 0, int samples = 0, bool isEvery = false) => new()
    {
        Kind = kind,
        Size = TimeSpan.FromSeconds(size),
        Hop = TimeSpan.FromSeconds(hop),
        Samples = samples,
        IsEvery = isEvery,
        Aggregates = All,
        Quantiles = [0.5, 0.9],
    };

    /// <param name="batches">A batch ends where this says so of the number of samples so far.</param>
    /// <param name="isRestored">Stored and restored after every sample.</param>
    public OrderedRun Run(IEnumerable<TwinSample> samples, Func<int, bool>? batches = null, bool isRestored = false)
    {
        var engine = new TwinEngine(Definition);
        var output = new TwinOutput();
        int taken = 0;
        foreach (TwinSample sample in samples)
        {
            engine.Observe(sample, output);
            taken++;
            if (batches?.Invoke(taken) ?? true)
            {
                engine.CatchUp(output, force: true);
            }

            engine = isRestored ? Restored(engine) : engine;
        }

        engine.CatchUp(output, force: true);
        engine.Rest(output);
        engine.CatchUp(output, force: true);
        Issued.AddRange(output.Windows.Where(w => w.Kind.IsOrdered()));
        engine.CollectOpenWindows(Present);
        Present.RemoveAll(w => !w.Kind.IsOrdered());
        Engine = engine;
        return this;
    }

    /// <summary>What holds in the end, to the bit, with what is present.</summary>
    public string[] Final() => [.. Net(Issued).Concat(Present).Select(Bits)];

    public static ImmutableArray<ClosedWindow> Net(IEnumerable<ClosedWindow> issued) =>
    [
        .. issued.GroupBy(w => (w.Metric, w.Kind, w.Start, Size: w.Kind == WindowKind.State ? TimeSpan.Zero : w.Size))
            .Select(g => g.MaxBy(w => w.Revision)!)
            .Where(w => !w.IsRetracted)
            .OrderBy(w => w.Metric).ThenBy(w => w.Kind).ThenBy(w => w.Size).ThenBy(w => w.Start),
    ];

    /// <summary>Start, end, state, count, sum: what most tables compare.</summary>
    public static string Line(ClosedWindow w) => string.Create(CultureInfo.InvariantCulture,
        $"{(w.Start - Moments.Start).TotalSeconds}..{(w.End - Moments.Start).TotalSeconds} {w.Detail?.State} r{w.Revision} n{w.Aggregate.Count} s{w.Aggregate.Sum}{(w.IsRetracted ? " retracted" : "")}");

    private static string Bits(ClosedWindow w) => string.Create(CultureInfo.InvariantCulture,
        $"{w.Metric} {w.Kind.Text()} {w.Start:O} {w.End:O} {w.Size} {w.IsClosed} {w.Completeness:R} {w.Detail?.State} {w.Detail?.Samples} {Bits(w.Aggregate)} {Bits(w.Detail?.Figures ?? [])} ")
        + string.Join(' ', w.Detail?.States.Select(s => $"[{s.State} {s.Time.Ticks} {Bits(s.Aggregate)} {Bits(s.Figures)}]") ?? []);

    private static string Bits(WindowAggregate a) => string.Join(',',
        new[] { a.Count, a.Sum, a.Mean, a.Variance, a.Minimum, a.Maximum, a.First, a.Last }.Select(v => BitConverter.DoubleToInt64Bits(v)));

    private static string Bits(ImmutableArray<NamedFigure> figures) =>
        string.Join(',', figures.Select(f => $"{f.Name}={BitConverter.DoubleToInt64Bits(f.Value):x}"));

    private TwinEngine Restored(TwinEngine engine)
    {
        byte[] saved = Save(engine);
        var restored = new TwinEngine(Definition);
        var reader = new StateReader(saved);
        restored.Restore(reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(saved, Save(restored));
        return restored;
    }

    private static byte[] Save(TwinEngine engine)
    {
        var buffer = new ArrayBufferWriter<byte>();
        engine.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
