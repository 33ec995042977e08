using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>The common case: all metrics of a payload share one timestamp.</summary>
public sealed class TwinInstantTests
{
    private const int Speed = 3;

    /// <summary>Judged metrics before the one that decides the state, so that the order in the payload would be the wrong one.</summary>
    private static readonly TwinDefinition Press = new()
    {
        Metrics = [Rule("a"), Rule("b"), Rule("c"), Rule("speed")],
        States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(Speed, Comparison.Greater, 1)], IsRunning = true }],
        Meters = [new MeterRule { Id = "electricity", Metric = 0 }],
        Detectors = [Limit("limit a", 0), Limit("limit b", 1), Limit("limit c", 2), Joint()],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromMinutes(5), MaxClockSkew = TimeSpan.FromDays(1) },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void Payloads_OfOneTimestamp_CauseNoDoubt_WhateverChangesInThem(int perBatch)
    {
        var output = new TwinOutput();
        var engine = new TwinEngine(Press);
        for (int second = 0; second < 600; second++)
        {
            // The state changes every ten seconds, and each metric crosses its limit in turn.
            Payload(engine, output, second * 1000.0, i => i == Speed ? second / 10 % 2 * 5 : second % 7 == i ? 99 : 50);
            Assert.False(engine.IsInDoubt);
            if (second % perBatch == perBatch - 1)
            {
                engine.CatchUp(output);
            }
        }

        Assert.Equal(0, engine.Rewinds);
        Assert.Equal(3, output.Anomalies.Where(a => a.Metric >= 0).Select(a => a.Metric).Distinct().Count());
    }

    [Fact]
    public void LiveMetrics_AreAllJudged_WhileTheTwinIsInDoubt()
    {
        var output = new TwinOutput();
        TwinEngine engine = InDoubt(output);
        output.Clear();

        Payload(engine, output, 100_000, i => i == 1 ? 99 : 50);
        engine.CatchUp(output);

        Assert.True(engine.IsInDoubt);
        Assert.Equal(1, Assert.Single(output.Anomalies).Metric);
    }

    [Fact]
    public void LiveMetrics_InBatchesOfTheirOwn_AreAllJudged_WhileTheTwinIsInDoubt()
    {
        var output = new TwinOutput();
        TwinEngine engine = InDoubt(output);
        output.Clear();

        for (int metric = 3; metric >= 0; metric--)
        {
            engine.Observe(new TwinSample(metric, At(100_000), At(100_000), metric == 1 ? 99 : 50), output);
            engine.CatchUp(output);
        }

        Assert.True(engine.IsInDoubt);
        Assert.Equal("running", engine.OperatingState);
        Assert.Equal(1, Assert.Single(output.Anomalies).Metric);
    }

    [Fact]
    public void ADearRewind_IsPaidForSomeTimeLater_WithoutAForcedOne()
    {
        var output = new TwinOutput();
        TwinEngine engine = InDoubt(output);
        long rewinds = engine.Rewinds;

        // Not far enough in event time to come to the next place on the grid.
        for (int i = 100_000; engine.Rewinds == rewinds; i++)
        {
            Assert.InRange(i, 100_000, 100_000 + TwinEngine.MaxCredit);
            Payload(engine, output, i, _ => 50);
            engine.CatchUp(output);
        }

        Assert.False(engine.IsInDoubt);
    }

    /// <summary>A twin so fast that going back costs more than it can save, with no credit left.</summary>
    private static TwinEngine InDoubt(TwinOutput output)
    {
        var engine = new TwinEngine(Press);
        for (int i = 0; i < 12_000; i++)
        {
            Payload(engine, output, i, m => m == Speed ? 0 : 50);
            engine.CatchUp(output);
        }

        engine.Observe(new TwinSample(Speed, At(10.5), At(12_000), 5), output);
        engine.CatchUp(output, force: true);
        engine.Observe(new TwinSample(Speed, At(11.5), At(12_000), 6), output);
        engine.Observe(new TwinSample(0, At(10.25), At(12_000), 6), output);
        engine.CatchUp(output);
        Assert.True(engine.IsInDoubt);
        return engine;
    }

    private static void Payload(TwinEngine engine, TwinOutput output, double at, Func<int, double> value)
    {
        for (int metric = 0; metric < 4; metric++)
        {
            engine.Observe(new TwinSample(metric, At(at), At(at), value(metric)), output);
        }
    }

    private static DateTimeOffset At(double step) => Moments.At(step * 0.001);

    private static MetricRule Rule(string name) => new() { Name = name };

    private static DetectorRule Limit(string id, int metric) => Detector(id, ThresholdParameters.Name, [metric], ("upper", 80));

    private static DetectorRule Joint() => Detector("joint", MahalanobisParameters.Name, [0, 1, 2]);

    private static DetectorRule Detector(string id, string kind, int[] metrics, params (string Name, double Value)[] parameters) => new()
    {
        Metrics = [.. metrics],
        Create = () => DetectorFactory.Create(
            new DetectorIdentity(id, kind, "1"), metrics, parameters.ToDictionary(p => p.Name, p => p.Value), ["running"]),
    };
}
