using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Core.Windows.Ordered;

namespace Millwright.Bench.Core;

/// <summary>
/// Nanoseconds per sample and bytes of state of one window over one signal, for windows of 60 to 60,000 samples: once full, so that a
/// sample comes and one goes. A sensor that swings over a few units with noise of three decimals. Best of seven rounds; in the first
/// everything is compiled. Sizes are taken in turn, so that a slow moment of the machine is not one size's alone.
/// </summary>
internal static class WindowCosts
{
    private const int Rounds = 7;
    private const int SamplesPerRound = 120_000;
    private static readonly int[] Sizes = [60, 600, 6_000, 60_000];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly long Start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private static readonly double[] Signal = MakeSignal();

    public static void Run(string? file)
    {
        Console.WriteLine("window              aggregates                 samples    ns/sample    ns/result    bytes of state    stored bytes");
        List<Cost> costs = [];
        foreach ((WindowKind kind, string name, WindowAggregates aggregates) in Cases())
        {
            Cost[] best = [.. Sizes.Select(s => new Cost(kind.Text(), name, s, double.MaxValue, double.MaxValue, 0, 0))];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < Sizes.Length; i++)
                {
                    Cost cost = Measure(kind, name, aggregates, Sizes[i]);
                    best[i] = cost with { Ns = Math.Min(cost.Ns, best[i].Ns), ResultNs = Math.Min(cost.ResultNs, best[i].ResultNs) };
                }
            }

            foreach (Cost cost in best)
            {
                Console.WriteLine(FormattableString.Invariant(
                    $"{cost.Window,-20}{cost.Aggregates,-25}{cost.Samples,9}{cost.Ns,13:0.0}{cost.ResultNs,13:0}{cost.Bytes,18}{cost.Stored,16}"));
            }

            Console.WriteLine(FormattableString.Invariant($"{"",-45}{"60,000 / 60",9}{best[^1].Ns / best[0].Ns,11:0.00}"));
            costs.AddRange(best);
        }

        if (file is not null)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(costs, Indented) + "\n");
        }
    }

    private static IEnumerable<(WindowKind Kind, string Name, WindowAggregates Aggregates)> Cases()
    {
        (string, WindowAggregates)[] any =
        [
            ("default", WindowAggregates.None),
            ("rms, rate", WindowAggregates.RootMeanSquare | WindowAggregates.Rate),
            ("kurtosis", WindowAggregates.Kurtosis),
            ("quantiles", WindowAggregates.Quantiles),
        ];
        (string, WindowAggregates)[] ordered =
        [
            .. any,
            ("time-weighted, counter", WindowAggregates.Ordered),
            ("all", (WindowAggregates)63),
        ];
        foreach (WindowKind kind in Enum.GetValues<WindowKind>())
        {
            foreach ((string name, WindowAggregates aggregates) in kind.IsOrdered() ? ordered : any)
            {
                yield return (kind, name, aggregates);
            }
        }
    }

    private static Cost Measure(WindowKind kind, string name, WindowAggregates aggregates, int size)
    {
        WindowRule rule = Rule(kind, aggregates, size);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        IFeed feed = kind.IsOrdered() ? new OrderedFeed(rule) : new TrackerFeed(rule);
        int at = 0;
        for (; at < size; at++)
        {
            feed.Observe(Start + (at * TimeSpan.TicksPerSecond), Signal[at & (Signal.Length - 1)]);
        }

        feed.Forget();
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        int stored = feed.Stored();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < SamplesPerRound; i++, at++)
        {
            feed.Observe(Start + (at * TimeSpan.TicksPerSecond), Signal[at & (Signal.Length - 1)]);
        }

        double ns = Stopwatch.GetElapsedTime(started).TotalNanoseconds / SamplesPerRound;
        feed.Forget();
        const int Results = 200;
        started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Results; i++)
        {
            feed.Read();
        }

        double result = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Results;
        GC.KeepAlive(feed);
        return new Cost(kind.Text(), name, size, ns, result, bytes, stored);
    }

    /// <summary>A sample a second, so that a size in seconds is one in samples; hops are a sixtieth.</summary>
    private static WindowRule Rule(WindowKind kind, WindowAggregates aggregates, int size) => new()
    {
        Kind = kind,
        Size = kind is WindowKind.Session or WindowKind.Count or WindowKind.State ? TimeSpan.Zero : TimeSpan.FromSeconds(size),
        Hop = TimeSpan.FromSeconds(size / 60),
        Gap = TimeSpan.FromSeconds(5),
        Samples = kind == WindowKind.Count ? size : 0,
        Aggregates = aggregates,
        Quantiles = aggregates.HasFlag(WindowAggregates.Quantiles) ? ImmutableArray.Create(0.5, 0.95, 0.99) : [],
    };

    private static double[] MakeSignal()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 1 << 17).Select(i => Math.Round(70 + (3 * Math.Sin(i * 0.013)) + random.NextDouble(), 3))];
    }

    private static byte[] Bytes(Action<StateWriter> save)
    {
        var buffer = new ArrayBufferWriter<byte>();
        save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private sealed record Cost(string Window, string Aggregates, int Samples, double Ns, double ResultNs, long Bytes, int Stored);

    private interface IFeed
    {
        void Observe(long ticks, double value);

        void Read();

        void Forget();

        int Stored();
    }

    /// <summary>A window that takes a sample at once; the watermark is at the newest one.</summary>
    private sealed class TrackerFeed(WindowRule rule) : IFeed
    {
        private readonly WindowTracker tracker = WindowTracker.Create(rule, 0, null, TimeSpan.Zero);
        private readonly List<ClosedWindow> issued = [];

        public void Observe(long ticks, double value)
        {
            if (ticks >= tracker.NextDue)
            {
                tracker.Advance(ticks, issued);
                issued.Clear();
            }

            tracker.Observe(ticks, value, ticks, issued);
        }

        public void Read() => tracker.CollectOpen(issued);

        public void Forget() => issued.Clear();

        public int Stored() => Bytes(tracker.Save).Length;
    }

    /// <summary>A window of the ordered stage, in a machine that changes between two states every thousand samples.</summary>
    private sealed class OrderedFeed(WindowRule rule) : IFeed
    {
        private readonly OrderedWindow window = OrderedWindow.Create(rule, 0, null, ["running", "idle", "unknown"]);
        private readonly List<ClosedWindow> issued = [];
        private StageTime time = new(Ticks.None, 0, TimeSpan.TicksPerHour, 2);
        private int observed;

        public void Observe(long ticks, double value)
        {
            if (ticks >= window.NextDue)
            {
                window.Advance(time, ticks, issued);
                issued.Clear();
            }

            time = time.At(ticks);
            if (observed++ % 1000 == 0)
            {
                int next = (observed / 1000) & 1;
                window.Enter(time, next, issued);
                time = time with { State = next };
                issued.Clear();
            }

            window.Observe(ticks, value, time);
        }

        public void Read() => window.CollectPresent(issued);

        public void Forget() => issued.Clear();

        public int Stored() => Bytes(window.Save).Length;
    }
}
