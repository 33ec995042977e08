using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.Peers;
using Millwright.Core.Twins;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>A machine that is new breaks at second 20, before it has learned what is normal. Who was told of its peers sees it.</summary>
public sealed class BaselinePriorTests
{
    private const int FaultAt = 20;
    private const int PriorAt = 4;
    private const int Prior = 3;

    [Theory]
    [InlineData(RobustZParameters.Name)]
    [InlineData(SubspaceParameters.Name)]
    public void Fault_InTheWarmup_IsToldAsOneByThePeers(string kind)
    {
        RewindRun with = Run(kind, PriorAt);
        RewindRun without = Run(kind, null);

        AlertEvent told = with.Told[0];
        Assert.Equal((AlertKind.Raised, 4), (told.Kind, told.Explanation.PriorPeers));
        Assert.Contains("by its peers (4 assets)", told.Summary, StringComparison.Ordinal);
        Assert.InRange(told.EventTime, Moments.At(FaultAt), Moments.At(FaultAt + 20));
        Assert.DoesNotContain(without.Told, alert => alert.EventTime < Moments.At(FaultAt + 20));
        Assert.Equal(4, AlertCloudEvent.Parse(AlertCloudEvent.Render(told)).Explanation.PriorPeers);
    }

    [Theory]
    [InlineData(RobustZParameters.Name)]
    [InlineData(SubspaceParameters.Name)]
    public void LatePrior_RestartsAndHistory_ComeToTheSame(string kind)
    {
        RewindRun inTime = Run(kind, PriorAt);
        RewindRun late = Run(kind, PriorAt, arrival: 33);
        RewindRun restarted = Run(kind, PriorAt, restarts: true);

        Assert.True(late.Engine.Rewinds > 0);
        Assert.Equal(inTime.Canonical(Seconds), late.Canonical(Seconds));
        Assert.Equal(inTime.Canonical(Seconds), restarted.Canonical(Seconds));
        Assert.NotEqual(inTime.Canonical(Seconds), Run(kind, null).Canonical(Seconds));
    }

    [Fact]
    public void Decision_SaysThatItIsByThePeers_UntilTheWarmupIsDone()
    {
        RewindRun young = Run(RobustZParameters.Name, PriorAt, seconds: 15);
        RewindRun grown = Run(RobustZParameters.Name, PriorAt, seconds: 200, fault: 1_000);

        DetectorStanding[] standings = Standings(young);
        Assert.All(standings, s => Assert.Equal((4, true), (s.Decision!.PriorPeers, s.Decision.Warmup is > 0.1 and < 1)));
        Assert.All(Standings(grown), s => Assert.Equal((0, 1.0), (s.Decision!.PriorPeers, s.Decision.Warmup)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("""{"v":2,"state":"unknown","peers":4,"n":9,"m":[["a","",20,1,1]]}""")]
    [InlineData("""{"v":1,"state":"unknown","peers":4,"n":9,"m":[["a","",20,0,1]]}""")]
    public void BadPrior_IsRejected_AndNothingElseIsLost(string text)
    {
        RewindRun run = Run(RobustZParameters.Name, PriorAt, text: text);
        RewindRun without = Run(RobustZParameters.Name, null);

        Assert.Equal(1, run.Engine.Fates.Of(FateReason.InvalidPrior));
        Assert.Equal(1, run.Engine.Fates.Rejected);
        Assert.Equal("invalid_prior", FateCounts.CodeOf(FateReason.InvalidPrior));
        Assert.Equal(without.Engine.Fates.Total + 1, run.Engine.Fates.Total);
        Assert.Equal(without.Told.Select(t => t.AlertId), run.Told.Select(t => t.AlertId));
    }

    [Fact]
    public void MetricInAnotherUnit_AdoptsNothing()
    {
        RewindRun run = Run(RobustZParameters.Name, PriorAt, text: PriorText.Write(Figures() with
        {
            Metrics = [new PriorMetric("a", "mm/s", 22, 1.5, 1), new PriorMetric("b", "mm/s", 22, 1.5, 1)],
        }), seconds: 20);

        Assert.All(Standings(run), s => Assert.Equal(0, s.Decision!.PriorPeers));
    }

    private const int Seconds = 400;

    private static DetectorStanding[] Standings(RewindRun run)
    {
        List<DetectorStanding> standings = [];
        run.Engine.CollectDecisions(standings);
        return [.. standings];
    }

    private static PriorFigures Figures() => new()
    {
        State = OperatingStateRule.Unknown,
        Peers = 4,
        Samples = 4_000,
        Metrics = [new PriorMetric("a", "", 22, 1.5, 1), new PriorMetric("b", "", 22, 1.5, 1)],
        Correlations = [0.8],
    };

    private static RewindRun Run(
        string kind, int? prior, int? arrival = null, bool restarts = false, string? text = null, int seconds = Seconds, int fault = FaultAt)
    {
        var run = new RewindRun(Definition(kind));
        var random = new Random(5);
        for (int second = 0; second < seconds; second++)
        {
            double load = random.NextDouble() * 4;
            run.Observe(0, second, 20 + load + random.NextDouble(), null, second);
            run.Observe(1, second, 20 + load + random.NextDouble() + (second >= fault ? 25 : 0), null, second);
            if (prior is { } at && second == (arrival ?? at))
            {
                run.Observe(Prior, at, double.NaN, text ?? PriorText.Write(Figures()), second);
            }

            run.EndBatch();
            if (restarts && second % 7 == 0)
            {
                run.Restart();
            }
        }

        run.Settle();
        return run;
    }

    private static TwinDefinition Definition(string kind) => new()
    {
        Metrics =
        [
            new MetricRule { Name = "a" },
            new MetricRule { Name = "b" },
            new MetricRule { Name = BaselineReset.Metric, IsText = true },
            new MetricRule { Name = BaselinePrior.Metric, IsText = true },
        ],
        Detectors =
        [
            new DetectorRule
            {
                Metrics = [0, 1],
                Create = () => DetectorFactory.Create(new DetectorIdentity("joint", kind, "1"), [0, 1], new Dictionary<string, double>(), []),
            },
        ],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromMinutes(2) },
    };
}
