using System.Buffers;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.History;
using Millwright.Core.Prognosis;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Grains.Tests.Core;
using Millwright.Grains.Twins;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Golden;

/// <summary>
/// Bytes that earlier versions wrote. All of a kind must still be readable, and the newest must be what this version writes: whoever
/// changes a format raises its version, keeps the old file, and adds one (MILLWRIGHT_GOLDEN=write makes it).
/// </summary>
public sealed class GoldenTests
{
    private static readonly TwinDefinition Pump = new()
    {
        Metrics = [new MetricRule { Name = "power", ExpectedInterval = TimeSpan.FromSeconds(1) }, new MetricRule { Name = "mode", IsText = true }],
        Windows = [new WindowRule { Kind = WindowKind.Hopping, Size = TimeSpan.FromSeconds(60), Hop = TimeSpan.FromSeconds(20) }],
        Meters = [new Millwright.Core.Energy.MeterRule { Id = "electricity", Metric = 0 }],
        Time = new TimeRule { Disorder = TimeSpan.FromSeconds(5), MaxClockSkew = TimeSpan.FromDays(1) },
    };

    private static readonly TwinDefinition Windowed = new()
    {
        Metrics = [new MetricRule { Name = "power", ExpectedInterval = TimeSpan.FromSeconds(1) }],
        States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(0, Millwright.Plant.Comparison.Greater, 2)] }],
        Windows =
        [
            Wanting(WindowKind.Tumbling, WindowAggregates.Kurtosis | WindowAggregates.Quantiles), Wanting(WindowKind.Session, WindowAggregates.Quantiles),
            Wanting(WindowKind.Sliding, (WindowAggregates)63), Wanting(WindowKind.Count, (WindowAggregates)63),
            Wanting(WindowKind.Count, WindowAggregates.Ordered) with { IsEvery = true }, Wanting(WindowKind.State, WindowAggregates.Ordered),
            Wanting(WindowKind.TumblingByState, (WindowAggregates)63), Wanting(WindowKind.HoppingByState, WindowAggregates.None),
        ],
        Time = new TimeRule { MaxClockSkew = TimeSpan.FromDays(1) },
    };

    [Fact]
    public void Envelopes_OfAllVersions_AreRead()
    {
        foreach ((string name, byte[] bytes) in GoldenFiles.Check("envelope", Envelope().ToBytes().ToArray()))
        {
            TwinEnvelope envelope = TwinEnvelope.FromBytes(bytes);

            Assert.Equal((41L, 7L, "power"), (envelope.Revision, envelope.Positions["log-1"], envelope.Metrics.Single().Name));
            Assert.Equal(new byte[] { 1, 2, 3 }, envelope.Core.ToArray());
            Assert.Equal(name.EndsWith("-1", StringComparison.Ordinal) ? 0 : 12, envelope.Chain.Sequence);
        }
    }

    [Fact]
    public void EnvelopeOfTheFirstVersion_BeginsAChain()
    {
        ChainHead chain = TwinEnvelope.FromBytes(GoldenFiles.Read("envelope-1")).Chain;

        Assert.Equal(0, chain.Sequence);
        Assert.Equal(HistoryChain.Genesis.ToArray(), chain.Hash.ToArray());
    }

    [Fact]
    public void CoreStates_OfAllVersions_AreRestored()
    {
        TwinEngine engine = Engine();
        foreach ((_, byte[] bytes) in GoldenFiles.Check("core", Save(engine)))
        {
            var restored = new TwinEngine(Pump);
            restored.Restore(new StateReader(bytes));

            Assert.Equal((engine.Watermark, engine.Fates.Accepted), (restored.Watermark, restored.Fates.Accepted));
            Assert.Equal(engine.Metric(0), restored.Metric(0));
        }
    }

    [Fact]
    public void WindowStates_OfAllVersions_AreRestored()
    {
        TwinEngine engine = new(Windowed);
        var output = new TwinOutput();
        for (int i = 0; i < 701; i++)
        {
            engine.Observe(new TwinSample(0, Moments.At(i), Moments.At(i), (i * 7 % 40) / 8.0), output);
        }

        engine.CatchUp(output);
        List<ClosedWindow> expected = [];
        engine.CollectOpenWindows(expected);
        foreach ((_, byte[] bytes) in GoldenFiles.Check("windows", Save(engine)))
        {
            var restored = new TwinEngine(Windowed);
            restored.Restore(new StateReader(bytes));
            List<ClosedWindow> present = [];
            restored.CollectOpenWindows(present);

            Assert.Equal(10, present.Count);
            Assert.Equal(expected, present);
        }
    }

    [Fact]
    public void StatesWithSources_OfAllVersions_AreRestored()
    {
        TwinEngine engine = new(Windowed);
        for (int i = 0; i < 60; i++)
        {
            int source = engine.SourceIndex($"gateway-{i % 3}");
            engine.Observe(new TwinSample(0, Moments.At(i - (source * 20)), Moments.At(i), i % 17, Source: source), new TwinOutput());
        }

        List<SourceStanding> expected = [];
        engine.CollectSources(expected);
        foreach ((_, byte[] bytes) in GoldenFiles.Check("sources", Save(engine)))
        {
            var restored = new TwinEngine(Windowed);
            restored.Restore(new StateReader(bytes));
            List<SourceStanding> present = [];
            restored.CollectSources(present);

            Assert.Equal(3, present.Count);
            Assert.Equal(expected, present);
            Assert.Equal(engine.Watermark, restored.Watermark);
        }
    }

    [Fact]
    public void AlertBooks_OfAllVersions_AreRestored()
    {
        AlertBook book = Book();
        book.Record(Hot(10, isRaised: true), "running", Moments.At(11));
        book.Record(Hot(20, isRaised: false), "running", Moments.At(21));
        AlertEvent open = book.Record(Hot(30, isRaised: true), "running", Moments.At(31))!;
        foreach ((_, byte[] bytes) in GoldenFiles.Check("alerts", Bytes(book.Save)))
        {
            AlertBook restored = Book();
            var reader = new StateReader(bytes);
            restored.Restore(reader);

            Assert.True(reader.IsAtEnd);
            Assert.Equal(AlertCloudEvent.Render(open), AlertCloudEvent.Render(Assert.Single(restored.ActiveAlerts)));
            Assert.Equal(4, restored.Record(Hot(40, isRaised: false), "running", Moments.At(41))!.Sequence);
        }
    }

    [Fact]
    public void Blocks_OfAllVersions_AreDecoded()
    {
        RawSample[] samples =
        [
            .. Enumerable.Range(0, 50).Select(i => new RawSample(
                Moments.At(i * 2), i % 9 == 0 ? Math.PI * i : Math.Round(20 + (i / 10.0), 1),
                i % 20 == 3 ? SampleQuality.Uncertain : SampleQuality.Good)),
        ];
        foreach ((_, byte[] bytes) in GoldenFiles.Check("block", HistoryCodec.Encode(samples)))
        {
            Assert.Equal(samples, HistoryCodec.Decode(bytes));
        }
    }

    [Fact]
    public void FleetModels_OfAllVersions_AreRestored()
    {
        var options = new FleetOptions { Ceiling = 60, Rounds = 2, UsesAge = false };
        FleetModel model = FleetModel.Learn(SyntheticFleet.Layout, SyntheticFleet.Units(5, 3), options);
        foreach ((_, byte[] bytes) in GoldenFiles.Check("fleet-model", model.ToBytes()))
        {
            FleetModel restored = FleetModel.FromBytes(bytes);

            Assert.Equal((model.Ceiling, model.Units, model.CrossError), (restored.Ceiling, restored.Units, restored.CrossError));
        }
    }

    [Fact]
    public void Hash_IsWhatTheFirstVersionComputed()
    {
        // SHA-256 over 32 zeros, "a:b" and "m" behind their lengths, the numbers 1 to 4, and the data; computed apart from this code.
        byte[] hash = HistoryChain.Next(HistoryChain.Genesis.Span, "a:b", new ChainLink(1, "m", 2, 3, 4), [5, 6]);

        Assert.Equal("5e734522719dbd1068144bf7840e9cf8802fe2979279f6b1299e84368af8e382", Convert.ToHexStringLower(hash));
    }

    private static TwinEnvelope Envelope() => new()
    {
        Metrics = [new TwinMetric("power", false)],
        Revision = 41,
        Positions = new SortedDictionary<string, long> { ["log-1"] = 7 },
        Outbox = [],
        Core = new byte[] { 1, 2, 3 },
        Chain = new ChainHead(12, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()),
    };

    private static TwinEngine Engine()
    {
        var engine = new TwinEngine(Pump);
        var output = new TwinOutput();
        for (int i = 0; i < 200; i++)
        {
            engine.Observe(new TwinSample(0, Moments.At(i), Moments.At(i), i % 17), output);
            engine.Observe(new TwinSample(1, Moments.At(i), Moments.At(i), double.NaN, $"m{i / 50}"), output);
        }

        return engine;
    }

    private static WindowRule Wanting(WindowKind kind, WindowAggregates aggregates) => new()
    {
        Kind = kind,
        Size = TimeSpan.FromSeconds(600),
        Hop = TimeSpan.FromSeconds(300),
        Gap = TimeSpan.FromSeconds(30),
        Samples = 40,
        Aggregates = aggregates,
        Quantiles = aggregates.HasFlag(WindowAggregates.Quantiles) ? [0.5, 0.99] : [],
    };

    private static AlertBook Book() => new(
        "acme:pump", [new MetricLabel("power", "kW")], ImmutableDictionary<string, AlertPolicy>.Empty, AlertBook.DefaultIncidentGap);

    private static Anomaly Hot(int second, bool isRaised) => new()
    {
        Detector = new DetectorIdentity("hot", "threshold", "1"),
        Metric = 0,
        IsRaised = isRaised,
        EventTime = Moments.At(second),
        FoundAt = Moments.At(second),
        Score = 2,
        Threshold = 1,
        WindowStart = Moments.At(second - 1),
        WindowEnd = Moments.At(second),
        Completeness = 1,
        Contributions = [new MetricContribution(0, second, 4, 1)],
    };

    private static byte[] Save(TwinEngine engine) => Bytes(engine.Save);

    private static byte[] Bytes(Action<StateWriter> save)
    {
        var buffer = new ArrayBufferWriter<byte>();
        save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
