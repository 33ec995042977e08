using FsCheck.Fluent;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Plant;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>What depends on the order of samples: detectors, operating state, running time.</summary>
public sealed class TwinEngineOrderTests
{
    private readonly TwinOutput output = new();

    [Fact]
    public void Detectors_SeeASampleAtOnce_WithoutDisorder()
    {
        TwinEngine engine = Engine(disorder: 0);

        Observe(engine, 1);

        Assert.Equal(Moments.At(1), Assert.Single(output.Anomalies).EventTime);
    }

    [Fact]
    public void Detectors_SeeLateSamplesInTheirTurn_AfterTheBatch()
    {
        TwinEngine engine = Engine(disorder: 0);

        Observe(engine, 5);
        engine.Observe(new TwinSample(0, Moments.At(3), Moments.At(3), 1), output);
        engine.Observe(new TwinSample(1, Moments.At(4), Moments.At(4), 1), output);
        Assert.True(engine.IsInDoubt);
        engine.CatchUp(output);

        Assert.Equal([(0, Moments.At(3)), (1, Moments.At(4)), (0, Moments.At(5))], output.Anomalies.Select(a => (a.Metric, a.EventTime)));
        Assert.Equal([1.0, 2.0, 3.0], output.Anomalies.Select(a => a.Threshold));
        Assert.Equal((0, 1), (engine.Unjudged, engine.Rewinds));
    }

    [Theory]
    [InlineData(299, SampleFate.Accepted)]
    [InlineData(340, SampleFate.Accepted)]
    [InlineData(341, SampleFate.Dropped)]
    public void Detectors_JudgeWhateverIsTaken_AndTheRestIsDropped(double late, SampleFate fate)
    {
        // An hour's window is open to each of them, but one for whose minute it is too late is too late for all.
        TwinEngine engine = Engine(disorder: 0, window: TimeSpan.FromHours(1));
        Observe(engine, 1);
        Observe(engine, 1000);

        Assert.Equal(fate, engine.Observe(new TwinSample(0, Moments.At(1000 - late), Moments.At(1000), 1), output));
        engine.CatchUp(output);
        Observe(engine, 999);
        engine.CatchUp(output, force: true);

        Assert.Equal(0, engine.Unjudged);
        Assert.Equal(fate == SampleFate.Dropped ? 3 : 4, output.Anomalies.Count);
    }

    [Fact]
    public void Detectors_SeeEventTimeOrder_WhateverTheArrival() => Properties.Hold(
        from steps in Gen.Choose(1, 20).ListOf()
        from delays in Gen.Choose(0, 99).ListOf(steps.Count)
        select (Steps: steps.ToArray(), Delays: delays.ToArray()),
        c =>
        {
            double at = 0;
            double[] times = [.. c.Steps.Select(s => at += s)];
            double[] arrivals = [.. times.Zip(c.Delays).OrderBy(p => p.First + p.Second).Select(p => p.First)];
            return Seen(times).SequenceEqual(Seen(arrivals));
        });

    [Fact]
    public void IdleTimeout_FlushesWhatWaits_AndSaysSo()
    {
        TwinEngine engine = Engine(disorder: 30);
        Observe(engine, 1);
        Observe(engine, 2);
        Assert.Empty(output.Anomalies);

        engine.Advance(Moments.At(61.9), output);
        Assert.False(engine.IsIdle);
        Assert.True(engine.Advance(Moments.At(62), output));

        Assert.True(engine.IsIdle);
        Assert.Equal(2, output.Anomalies.Count);
        Assert.Equal(Moments.At(2), engine.Watermark);
        Observe(engine, 70);
        Assert.False(engine.IsIdle);
    }

    [Fact]
    public void Idleness_IsTheSame_WhetherTheTimerOrTheNextSampleNotices()
    {
        TwinEngine poked = Engine(disorder: 30);
        TwinEngine quiet = Engine(disorder: 30);
        foreach (TwinEngine engine in new[] { poked, quiet })
        {
            Observe(engine, 1);
            Observe(engine, 40);
        }

        poked.Advance(Moments.At(100), output);
        foreach (TwinEngine engine in new[] { poked, quiet })
        {
            Observe(engine, 30, ingest: 110);
            Observe(engine, 111);
        }

        Assert.Equal(TwinEngineStateTests.Save(quiet), TwinEngineStateTests.Save(poked));
    }

    [Fact]
    public void ReorderBuffer_IsBounded()
    {
        TwinEngine engine = Engine(disorder: 3600);
        for (int i = 0; i < 5000; i++)
        {
            Observe(engine, i * 0.1);
        }

        Assert.Equal(4096, engine.Waiting);
        Assert.Equal(5000 - 4096, engine.ReleasedEarly);
        Assert.Equal(5000 - 4096, output.Anomalies.Count);
    }

    [Fact]
    public void OperatingState_CountsRunningTimeAndStarts_InEventTime()
    {
        TwinEngine engine = Engine(disorder: 0);

        Observe(engine, 0, metric: 1, value: 0);
        Assert.Equal("stopped", engine.OperatingState);
        Observe(engine, 10, metric: 1, value: 5);
        Observe(engine, 25, metric: 0, value: 1);
        Observe(engine, 40, metric: 1, value: 0);
        Observe(engine, 50, metric: 1, value: 5);
        Observe(engine, 52, metric: 1, value: 6);

        Assert.Equal("running", engine.OperatingState);
        Assert.True(engine.IsStateRunning);
        Assert.Equal(TimeSpan.FromSeconds(32), engine.RunningTime);
        Assert.Equal(2, engine.Starts);
    }

    [Fact]
    public void OperatingState_TakesTheFirstThatHolds_AndTextToo()
    {
        TwinEngine engine = Engine(disorder: 0);
        Observe(engine, 0, metric: 1, value: 5);

        engine.Observe(new TwinSample(2, Moments.At(1), Moments.At(1), double.NaN, "maintenance"), output);
        engine.CatchUp(output);
        Assert.Equal("maintenance", engine.OperatingState);
        engine.Observe(new TwinSample(2, Moments.At(2), Moments.At(2), double.NaN, "auto"), output);
        engine.CatchUp(output);

        Assert.Equal("running", engine.OperatingState);
    }

    [Fact]
    public void RunningTime_IsNotCountedOverALongPause()
    {
        TwinEngine engine = Engine(disorder: 0);

        Observe(engine, 0, metric: 1, value: 5);
        Observe(engine, 36_000, metric: 1, value: 5);

        Assert.Equal(TimeSpan.FromMinutes(10), engine.RunningTime);
    }

    [Fact]
    public void Detectors_JudgeOnlyInTheirStates_AndOnlyGoodValues()
    {
        TwinEngine engine = Engine(disorder: 0, states: ["running"]);

        Observe(engine, 0, metric: 1, value: 0);
        Observe(engine, 1);
        Assert.Empty(output.Anomalies);
        Observe(engine, 2, metric: 1, value: 5);
        Observe(engine, 3);
        engine.Observe(new TwinSample(0, Moments.At(4), Moments.At(4), 1, Quality: SampleQuality.Uncertain), output);

        Assert.Equal([Moments.At(2), Moments.At(3)], output.Anomalies.Select(a => a.EventTime));
    }

    [Fact]
    public void LiveValue_TurnsStale_AfterThreeIntervals()
    {
        TwinEngine engine = Engine(disorder: 0);
        Observe(engine, 0);

        Assert.False(engine.Advance(Moments.At(30), output));
        Assert.True(engine.Advance(Moments.At(30.1), output));

        Assert.Equal(SampleQuality.Stale, engine.Metric(0).Quality);
        Observe(engine, 31);
        Assert.Equal(SampleQuality.Good, engine.Metric(0).Quality);
    }

    private static TwinEngine Engine(double disorder, string[]? states = null, TimeSpan? window = null) => new(new TwinDefinition
    {
        Metrics =
        [
            new MetricRule { Name = "a", ExpectedInterval = TimeSpan.FromSeconds(10) },
            new MetricRule { Name = "speed" },
            new MetricRule { Name = "mode", IsText = true },
        ],
        States =
        [
            new OperatingStateRule { Name = "of a metric that is not there", Conditions = [new ConditionRule(-1, Comparison.Equal, 0)] },
            new OperatingStateRule { Name = "maintenance", Conditions = [new ConditionRule(2, Comparison.Equal, 0, "maintenance")] },
            new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(1, Comparison.Greater, 1)], IsRunning = true },
            new OperatingStateRule { Name = "stopped", Conditions = [new ConditionRule(1, Comparison.LessOrEqual, 1)] },
        ],
        Windows = window is { } size ? [new WindowRule { Kind = WindowKind.Tumbling, Size = size }] : [],
        Detectors = [new DetectorRule { Create = () => DetectorFactory.Gated(new RecordingDetector(), states ?? []) }],
        Time = new TimeRule { Disorder = TimeSpan.FromSeconds(disorder), MaxClockSkew = TimeSpan.FromDays(1) },
    });

    private static List<(DateTimeOffset, double)> Seen(double[] times)
    {
        TwinEngine engine = Engine(disorder: 100);
        var output = new TwinOutput();
        foreach (double time in times)
        {
            engine.Observe(new TwinSample(0, Moments.At(time), Moments.Start, time), output);
        }

        engine.Advance(Moments.At(86_400), output);
        return [.. output.Anomalies.Select(a => (a.EventTime, a.Threshold))];
    }

    /// <summary>A batch of one sample.</summary>
    private void Observe(TwinEngine engine, double seconds, int metric = 0, double value = 1, double? ingest = null)
    {
        engine.Observe(new TwinSample(metric, Moments.At(seconds), Moments.At(ingest ?? seconds), value), output);
        engine.CatchUp(output);
    }
}
