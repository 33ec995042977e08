using System.Buffers;
using System.Diagnostics;
using Millwright.Bench.Core;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;

// Nanoseconds and bytes per sample of TwinEngine.Observe: 500 twins in turn, one sample each, 10 Hz of event time. Best of five rounds.
// With --windows [FILE]: what each kind of window and each aggregate costs instead, as a table and, if a file is named, as JSON.
const int Twins = 500;
if (args is ["--windows", ..])
{
    WindowCosts.Run(args.Length > 1 ? args[1] : null);
    return;
}

// With --detectors [FILE]: the same for each kind of detector.
if (args is ["--detectors", ..])
{
    DetectorCosts.Run(seconds: 2_000, args.Length > 1 ? args[1] : null);
    return;
}

int samplesPerTwin = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 2_000;

var plain = new TwinDefinition { Metrics = [new MetricRule { Name = "a", ExpectedInterval = TimeSpan.FromMilliseconds(100) }] };
TwinDefinition typical = plain with
{
    Windows = [new WindowRule { Kind = WindowKind.Tumbling, Size = TimeSpan.FromSeconds(10) }],
    Detectors = [new DetectorRule { Create = () => new CheapDetector() }],
};
TwinDefinition full = typical with
{
    Windows =
    [
        .. typical.Windows,
        new WindowRule { Kind = WindowKind.Hopping, Size = TimeSpan.FromMinutes(1), Hop = TimeSpan.FromSeconds(1) },
        new WindowRule { Kind = WindowKind.Session, Gap = TimeSpan.FromSeconds(5) },
    ],
    States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(0, Comparison.Greater, 0)], IsRunning = true }],
    Meters = [new MeterRule { Id = "electricity", Metric = 0 }],
};

Console.WriteLine("case                                  ns/sample   bytes/sample   bytes/twin   snapshot");
Measure("rollup only", plain);
Measure("rollup, tumbling, detector", typical);
Measure("the same, disorder 1 s", typical with { Time = new TimeRule { Disorder = TimeSpan.FromSeconds(1) } });
Measure("+ hopping, session, state, meter", full);
Measure("rollup, tumbling, detector, 2 sources", typical, sources: 2);

void Measure(string name, TwinDefinition definition, int sources = 1)
{
    var output = new TwinOutput();
    double best = double.MaxValue;
    double allocated = 0;
    int snapshot = 0;
    long perTwin = BytesPerTwin(definition, output);
    for (int round = 0; round < 5; round++)
    {
        var engines = new TwinEngine[Twins];
        for (int i = 0; i < Twins; i++)
        {
            engines[i] = new TwinEngine(definition);
            for (int source = 0; source < sources; source++)
            {
                engines[i].SourceIndex($"gateway-{source}");
            }
        }

        Feed(engines, output, 0, 200, sources);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        Feed(engines, output, 200, 200 + samplesPerTwin, sources);
        double elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        allocated = (GC.GetAllocatedBytesForCurrentThread() - bytes) / ((double)Twins * samplesPerTwin);
        best = Math.Min(best, elapsed / ((double)Twins * samplesPerTwin));
        var buffer = new ArrayBufferWriter<byte>();
        engines[0].CutBlocks(output, all: false);
        engines[0].Save(new StateWriter(buffer));
        snapshot = buffer.WrittenCount;
    }

    Console.WriteLine(FormattableString.Invariant($"{name,-38}{best,9:0.0}{allocated,15:0.0}{perTwin,13}{snapshot,11}"));
}

// A twin that has just been met: twenty samples.
static long BytesPerTwin(TwinDefinition definition, TwinOutput output)
{
    long before = GC.GetTotalMemory(forceFullCollection: true);
    var engines = new TwinEngine[Twins];
    for (int i = 0; i < Twins; i++)
    {
        engines[i] = new TwinEngine(definition);
    }

    Feed(engines, output, 0, 20);
    long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Twins;
    GC.KeepAlive(engines);
    return bytes;
}

static void Feed(TwinEngine[] engines, TwinOutput output, int from, int to, int sources = 1)
{
    DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    for (int i = from; i < to; i++)
    {
        DateTimeOffset time = start.AddMilliseconds(i * 100L);
        double value = 70 + Math.Round(Math.Sin(i * 0.37), 3);
        foreach (TwinEngine engine in engines)
        {
            engine.Observe(new TwinSample(0, time, time, value, Source: i % sources), output);
        }

        output.Clear();
    }
}
