using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>What a rewind goes back over: its bound, what is no part of it, and how long a doubt may stand.</summary>
public sealed class TwinSpanTests
{
    private static readonly TwinDefinition Pump = new()
    {
        Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "speed" }],
        States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(1, Comparison.Greater, 1)], IsRunning = true }],
        Detectors = [Detector("limit", ThresholdParameters.Name, ("upper", 80))],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromMinutes(5), MaxClockSkew = TimeSpan.FromDays(1) },
    };

    private readonly TwinOutput output = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Backfill_AloneIsBounded_AndNeverJudged(int firstLive)
    {
        var engine = new TwinEngine(Pump);
        for (int i = 0; i < firstLive; i++)
        {
            Observe(engine, 10_000, 0, 50);
        }

        for (int i = 0; i < RewindSpan.MaxSamples + 5_000; i++)
        {
            // Some of it newer than anything live.
            DateTimeOffset time = Moments.At(9_990 + (i * 0.001));
            engine.Observe(new TwinSample(0, time, Moments.At(10_001), 99, Historical: true), output);
        }

        Assert.InRange(engine.SpanCount, 0, RewindSpan.MaxSamples);
        Assert.InRange(TwinEngineStateTests.Save(engine).Length, 0, 2_000_000);
        Observe(engine, 10_200, 0, 50);
        Observe(engine, 10_190, 1, 5);
        engine.CatchUp(output, force: true);

        Assert.Empty(output.Anomalies);
        Assert.Equal(1, engine.SpansCut);
    }

    [Fact]
    public void ADoubt_IsSettledOnce_WhenTheSourceRests()
    {
        var engine = new TwinEngine(Pump);
        for (int i = 0; i < 40_000; i++)
        {
            Observe(engine, i * 0.003, i % 2, 50);
        }

        Observe(engine, 10.0005, 1, 0);
        engine.CatchUp(output, force: true);
        Observe(engine, 10.0145, 0, 99);
        engine.CatchUp(output);
        Assert.True(engine.IsInDoubt);
        output.Clear();

        Assert.True(engine.Advance(Moments.At(3_600), output));
        Assert.False(engine.IsInDoubt);
        long rewinds = engine.Rewinds;
        engine.Advance(Moments.At(3_700), output);

        Assert.Equal(rewinds, engine.Rewinds);
    }

    [Fact]
    public void Overdue_IsReported_AfterARewindThatCountsToTheSameNumber()
    {
        var engine = new TwinEngine(Pump with { Detectors = [Detector("quiet", SilenceParameters.Name, ("timeout", 10))] });
        Observe(engine, 1, 0, 50);
        Observe(engine, 2, 1, 5);
        engine.CatchUp(output);
        for (int now = 3; now <= 18; now++)
        {
            engine.Advance(Moments.At(now), output);
        }

        Assert.Single(output.Overdue);
        output.Clear();

        // The sample that was only delayed refutes the claim, by way of a rewind.
        Observe(engine, 1.75, 1, 0);
        Observe(engine, 1.5, 0, 50);
        engine.CatchUp(output, force: true);

        Assert.Equal(1, engine.Rewinds);
        Assert.True(output.IsOverdueChanged);
        Assert.Empty(output.Overdue);
    }

    [Fact]
    public void AChangedModel_KeepsSealedSamples_ThatStillWait()
    {
        TwinDefinition slow = Pump with { Time = Pump.Time with { Disorder = TimeSpan.FromSeconds(100) } };
        var engine = new TwinEngine(slow);
        Observe(engine, 0, 1, 5);
        Observe(engine, 200, 0, 50);
        for (int i = 0; i < 300; i++)
        {
            Observe(engine, 250 + (i * 0.1), 0, i == 150 ? 99 : 50);
        }

        TwinDefinition changed = slow with { Detectors = [Detector("other", ThresholdParameters.Name, ("upper", 90))] };
        var buffer = new ArrayBufferWriter<byte>();
        engine.Save(new StateWriter(buffer));
        var restored = new TwinEngine(changed);
        restored.Restore(new StateReader(buffer.WrittenMemory));
        Observe(restored, 400, 0, 50);
        Observe(restored, 270, 1, 0);
        restored.CatchUp(output, force: true);

        Assert.Equal(1, restored.Rewinds);
        Assert.Equal(Moments.At(265), output.Anomalies.First(a => a.IsRaised).EventTime);
    }

    private void Observe(TwinEngine engine, double second, int metric, double value) =>
        engine.Observe(new TwinSample(metric, Moments.At(second), Moments.At(second), value), output);

    private static DetectorRule Detector(string id, string kind, params (string Name, double Value)[] parameters) => new()
    {
        Metrics = [0],
        Create = () => DetectorFactory.Create(
            new DetectorIdentity(id, kind, "1"), [0], parameters.ToDictionary(p => p.Name, p => p.Value), []),
    };
}
