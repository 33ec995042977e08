using System.Buffers;
using Millwright.Core.Energy;
using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;

namespace Millwright.Grains.Tests.Core.Twins;

public sealed class TwinEngineStateTests
{
    private static readonly TwinDefinition Pump = new()
    {
        Metrics = [new MetricRule { Name = "power" }, new MetricRule { Name = "speed" }, new MetricRule { Name = "mode", IsText = true }],
        States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(1, Comparison.Greater, 50)], IsRunning = true }],
        Windows = [new WindowRule { Kind = WindowKind.Hopping, Size = TimeSpan.FromSeconds(60), Hop = TimeSpan.FromSeconds(20) }],
        Meters = [new MeterRule { Id = "electricity", Metric = 0 }],
        Detectors = [new DetectorRule { Create = () => new RecordingDetector() }],
        Time = new TimeRule { Disorder = TimeSpan.FromSeconds(5), MaxClockSkew = TimeSpan.FromDays(1) },
    };

    [Fact]
    public void RestoreAfterEveryStep_EqualsNoRestore_ToTheByte()
    {
        var random = new Random(5);
        var straight = new TwinEngine(Pump);
        var restored = new TwinEngine(Pump);
        var left = new TwinOutput();
        var right = new TwinOutput();

        for (int i = 0; i < 1500; i++)
        {
            int metric = random.Next(3);
            DateTimeOffset time = Moments.At(i - (random.Next(40) == 0 ? 200 : random.Next(6)));
            var sample = new TwinSample(metric, time, Moments.At(i), metric == 2 ? double.NaN : random.Next(100), metric == 2 ? $"m{i % 3}" : null);
            Assert.Equal(straight.Observe(sample, left), restored.Observe(sample, right));
            restored = Copy(restored, Pump);
            Assert.Equal(Save(straight), Save(restored));
        }

        Assert.Equal(left.Windows, right.Windows);
        Assert.Equal(left.Anomalies, right.Anomalies);
        Assert.Equal(left.Consumption.Select(c => (c.Start, c.States.Sum(s => s.Quantity))), right.Consumption.Select(c => (c.Start, c.States.Sum(s => s.Quantity))));
        Assert.Equal(left.Blocks.Select(b => (b.First, b.Count)), right.Blocks.Select(b => (b.First, b.Count)));
        Assert.All([left.Windows.Count, left.Anomalies.Count, left.Consumption.Count, left.Blocks.Count], c => Assert.True(c > 0));
    }

    [Fact]
    public void Snapshot_OfASmallTwin_IsSmall()
    {
        var engine = new TwinEngine(new TwinDefinition { Metrics = [new MetricRule { Name = "temperature" }] });
        var output = new TwinOutput();
        for (int i = 0; i < 1200; i++)
        {
            engine.Observe(new TwinSample(0, Moments.At(i), Moments.At(i), Math.Round(70 + Math.Sin(i), 2)), output);
        }

        engine.CutBlocks(output, all: false);

        Assert.InRange(Save(engine).Length, 200, 2048);
    }

    [Fact]
    public void History_IsSealedIntoBlocks_ThatHoldEverySampleOnce()
    {
        var engine = new TwinEngine(Pump);
        var output = new TwinOutput();
        for (int i = 0; i < 600; i++)
        {
            engine.Observe(new TwinSample(0, Moments.At(i), Moments.At(i), i), output);
        }

        engine.CutBlocks(output, all: true);
        List<RawSample> left = [];
        engine.CollectRecentHistory(0, left);

        Assert.Empty(left);
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (double)i), output.Blocks.SelectMany(b => HistoryCodec.Decode(b.Data.Span)).Select(s => s.Value));
        Assert.All(output.Blocks, b => Assert.Equal((b.Count, b.First, b.Last), Span(b)));
    }

    [Fact]
    public void Restore_FindsMetricsByName_WhenTheModelHasChanged()
    {
        var engine = new TwinEngine(Pump);
        var output = new TwinOutput();
        engine.Observe(new TwinSample(engine.MetricIndex("extra", isText: false), Moments.At(1), Moments.At(1), 11), output);
        engine.Observe(new TwinSample(1, Moments.At(1), Moments.At(1), 22), output);

        TwinDefinition changed = Pump with
        {
            Metrics = [new MetricRule { Name = "flow" }, new MetricRule { Name = "speed" }, new MetricRule { Name = "power" }],
            Windows = [],
            Meters = [],
        };
        TwinEngine restored = Copy(engine, changed);

        Assert.Equal(22, restored.Metric(1).Value);
        Assert.Equal(11, restored.Metric(restored.FindMetric("extra")).Value);
        Assert.False(restored.Metric(restored.FindMetric("flow")).HasValue);
        Assert.Equal(2, restored.Fates.Total);
        restored.Advance(Moments.At(200), output);
        Assert.Equal(0, restored.Waiting);
    }

    [Fact]
    public void Restore_RefusesACutSnapshot_AtEveryLength()
    {
        var engine = new TwinEngine(Pump);
        engine.Observe(new TwinSample(0, Moments.At(1), Moments.At(1), 1), new TwinOutput());
        byte[] saved = Save(engine);

        for (int length = 0; length < saved.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => new TwinEngine(Pump).Restore(new StateReader(saved.AsMemory(0, length))));
        }
    }

    [Fact]
    public void Restore_ReadsOrRefuses_ADamagedSnapshot()
    {
        byte[] saved = Save(Busy());
        var random = new Random(3);
        int refused = 0;

        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. saved];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                new TwinEngine(Pump).Restore(new StateReader(damaged));
            }
            catch (StateFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 300, 2999);
    }

    [Fact]
    public void Poking_ChangesNoResult_WhileTheSourceSpeaks()
    {
        var quiet = new TwinOutput();
        var poked = new TwinOutput();

        TwinEngine left = Busy(quiet);
        TwinEngine right = Busy(poked, poke: true);

        // Not to the byte: when a doubt was settled, and so how often an interval was issued, is for the clock to say.
        Assert.Equal((left.RunningTime, left.Starts, left.OperatingState), (right.RunningTime, right.Starts, right.OperatingState));
        Assert.Equal(Net(quiet), Net(poked));
        Assert.Equal(quiet.Windows, poked.Windows);
        Assert.Equal(quiet.Anomalies, poked.Anomalies);
    }

    private static IEnumerable<(DateTimeOffset, double)> Net(TwinOutput output) => output.Consumption
        .GroupBy(c => c.Start).Select(g => (g.Key, g.MaxBy(c => c.Revision)!.States.Sum(s => s.Quantity))).OrderBy(n => n.Key);

    private static TwinEngine Busy(TwinOutput? output = null, bool poke = false)
    {
        var engine = new TwinEngine(Pump);
        output ??= new TwinOutput();
        for (int i = 0; i < 400; i++)
        {
            int metric = i % 3;
            DateTimeOffset time = Moments.At(i - (i % 7));
            engine.Observe(new TwinSample(metric, time, Moments.At(i), metric == 2 ? double.NaN : 40 + (i % 29), metric == 2 ? "auto" : null), output);
            if (poke)
            {
                engine.Advance(Moments.At(i + (i % 50)), output);
            }
        }

        engine.CatchUp(output, force: true);
        return engine;
    }

    internal static byte[] Save(TwinEngine engine)
    {
        var buffer = new ArrayBufferWriter<byte>();
        engine.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private static (int Count, DateTimeOffset First, DateTimeOffset Last) Span(SealedBlock block)
    {
        RawSample[] samples = HistoryCodec.Decode(block.Data.Span);
        return (samples.Length, samples[0].EventTime, samples[^1].EventTime);
    }

    private static TwinEngine Copy(TwinEngine engine, TwinDefinition definition)
    {
        var copy = new TwinEngine(definition);
        copy.Restore(new StateReader(Save(engine)));
        return copy;
    }
}
