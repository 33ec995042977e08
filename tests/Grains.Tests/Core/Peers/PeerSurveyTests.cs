using System.Collections.Immutable;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Plant;

namespace Millwright.Core.Peers;

public sealed class PeerSurveyTests
{
    private static readonly TwinDefinition Pump = new()
    {
        Metrics = [new MetricRule { Name = "flow" }, new MetricRule { Name = "current" }, new MetricRule { Name = "mode", IsText = true }],
        States = [new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(2, Comparison.Equal, 0, "on")] }],
    };

    [Fact]
    public void Levels_AreByStateAndLoad_WithoutTheSettling()
    {
        var survey = new PeerSurvey(Pump, new PeerQuestion { Metrics = ["current"], Load = "flow", Bands = [50] });
        var noise = new Noise(1);
        for (int second = 0; second < 2_000; second++)
        {
            // Off for the second half; the start of each half is wild.
            bool isOn = second < 1_000;
            double flow = second % 200 < 100 ? 20 : 80;
            double current = isOn ? second is > 0 and < 5 or > 995 ? 7 + flow : 5 + (flow / 10) + noise.Next(0, 0.1) : second < 1_010 ? 99 : 0.5;
            survey.Observe(
                DetectorRun.Start.AddSeconds(second).UtcTicks,
                [(0, flow, null), (1, current, null), (2, double.NaN, isOn ? "on" : "off")]);
        }

        ImmutableArray<PeerLevel> levels = survey.Levels(30);

        Assert.Equal([("running", 0), ("running", 1), ("unknown", 0), ("unknown", 1)], levels.Select(l => (l.State, l.Band)));
        Assert.Equal(7, levels[0].Level, 0.05);
        Assert.Equal(13, levels[1].Level, 0.05);
        Assert.Equal(0.1, levels[1].Spread, 0.03);
        Assert.Equal((0.5, 0), (levels[2].Level, levels[2].Spread));
    }

    [Fact]
    public void Correlations_AreThoseOfTheStream()
    {
        var survey = new PeerSurvey(Pump, new PeerQuestion { Metrics = ["flow", "current"], HasCorrelations = true });
        var noise = new Noise(2);
        for (int second = 0; second < 5_000; second++)
        {
            double load = noise.Next();
            survey.Observe(DetectorRun.Start.AddSeconds(second).UtcTicks, [(0, load, null), (1, -load + noise.Next(0, 0.5), null)]);
        }

        Assert.Equal(-1 / Math.Sqrt(1.25), survey.Correlations("unknown", 30)!.Single(), 0.02);
        Assert.Null(survey.Correlations("running", 30));
    }

    [Fact]
    public void EvenSample_KeepsItsBound_AndTheShapeOfALongStream()
    {
        var sample = new EvenSample();
        var noise = new Noise(3);
        for (int i = 0; i < 100_000; i++)
        {
            sample.Add(noise.Next(i < 50_000 ? 10 : 30, 1));
        }

        (double level, double spread, double tail) = sample.Measure();

        Assert.Equal(100_000, sample.Count);
        Assert.InRange(level, 9, 31);
        Assert.InRange(spread, 7, 16);
        Assert.True(tail >= spread);
    }

    [Fact]
    public void Pool_IsMovedByNoSinglePeer_AndTrustsFewLess()
    {
        static PeerLevel Of(double level) => new("a", "unknown", 0, 100, level, 1, 1.2);

        PooledLevel one = PeerPool.Of([Of(40)]);
        PooledLevel many = PeerPool.Of([Of(39), Of(40), Of(41), Of(40.5), Of(39.5), Of(40)]);
        PooledLevel sick = PeerPool.Of([Of(39), Of(40), Of(41), Of(40.5), Of(39.5), Of(400)]);

        Assert.Equal((40, 1, 1.2), (one.Centre, one.Within, one.Tail));
        Assert.Equal(Math.Sqrt(2), one.Between, 9);
        Assert.Equal(40, many.Centre);
        Assert.InRange(sick.Centre, 39.5, 41);
        Assert.InRange(sick.Between, many.Between * 0.8, many.Between * 2);
        Assert.True(PeerPool.Of([new PeerLevel("a", "unknown", 0, 100, 50, 0, 0)]).Scale > 0);
    }
}
