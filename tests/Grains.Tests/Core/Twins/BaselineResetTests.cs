using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.Twins;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>A machine gets a new normal at second 600. Only who is told so takes it for normal.</summary>
public sealed class BaselineResetTests
{
    private const int FaultAt = 600;
    private const int Reset = 2;

    [Fact]
    public void Alert_StaysOpen_UntilTheBaselinesAreReset_ThenTheNewNormalIsLearned()
    {
        RewindRun faulty = Run(1_500, null);
        RewindRun reset = Run(1_500, 800);

        Assert.Equal([AlertKind.Raised], faulty.Told.Select(alert => alert.Kind));
        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], reset.Told.Select(alert => alert.Kind));
        Assert.Equal(Moments.At(800), reset.Told[1].EventTime);
    }

    [Fact]
    public void LateReset_RewindsToWhatItWouldHaveBeenInTime()
    {
        RewindRun inTime = Run(1_500, 800);
        RewindRun late = Run(1_500, 800, arrival: 850);

        Assert.Equal(inTime.Canonical(1_500), late.Canonical(1_500));
        Assert.True(late.Engine.Rewinds > 0);
    }

    [Fact]
    public void ResetThatIsTooLateByItsStamp_IsHeededBehindTheNewestSample_AndAReplayOfItIsTheSame()
    {
        RewindRun late = Run(1_500, 800, arrival: 1_200);
        RewindRun replayed = Run(1_500, 1_200, stamp: 1_200.0000001);

        Assert.Equal([AlertKind.Raised, AlertKind.Cleared], late.Told.Select(alert => alert.Kind));
        Assert.Equal(Moments.At(1_200).AddTicks(1), late.Told[1].EventTime);
        Assert.Equal((0, 0), (late.Engine.Fates.Dropped, late.Engine.Rewinds));
        Assert.Equal(replayed.Canonical(1_500), late.Canonical(1_500));

        // Delivered again it is a repetition, though nothing was taken at its stamp.
        Assert.Equal(SampleFate.Duplicate, late.Observe(Reset, 800, double.NaN, "repaired", 1_500));
    }

    [Fact]
    public void TwoWordsOfOneStamp_AreBothHeeded_AndEachOnce()
    {
        var run = new RewindRun(Definition(SubspaceParameters.Name));
        run.Observe(0, 1, 20, null, 1);

        Assert.Equal(SampleFate.Accepted, run.Observe(Reset, 2, double.NaN, BaselineReset.ToText("repaired", ["a"]), 2));
        Assert.Equal(SampleFate.Duplicate, run.Observe(Reset, 2, double.NaN, BaselineReset.ToText("repaired", ["a"]), 2));
        Assert.Equal(SampleFate.Accepted, run.Observe(Reset, 2, double.NaN, BaselineReset.ToText("repaired", ["b"]), 2));

        Assert.Equal(Moments.At(2).AddTicks(1), run.Engine.Metric(Reset).EventTime);
        Assert.Equal("repaired\nb", run.Engine.Metric(Reset).Text);
    }

    [Theory]
    [InlineData("combined")]
    [InlineData("novelty")]
    [InlineData("joint-level")]
    [InlineData("robust-z")]
    [InlineData("mahalanobis")]
    public void EveryKindThatLearns_WarmsUpAgain_AfterAReset(string kind)
    {
        foreach (string[] states in new string[][] { [], ["unknown"] })
        {
            TwinDefinition definition = Definition(kind, states);
            RewindRun run = Run(400, 398, definition: definition);
            RewindRun never = Run(400, null, definition: definition);

            // Two seconds after the reset next to nothing is learned again.
            Assert.InRange(Warmup(run), 0, Warmup(never) / 4);
            Assert.True(Warmup(never) > 0, kind);
        }
    }

    private static double Warmup(RewindRun run)
    {
        List<DetectorStanding> standings = [];
        run.Engine.CollectDecisions(standings);
        return standings.Max(standing => standing.Decision?.Warmup ?? 0);
    }

    [Theory]
    [InlineData("b", 2)]
    [InlineData("other", 1)]
    public void ResetOfOneMetric_ConcernsTheDetectorsThatWatchIt(string metric, int told)
    {
        Assert.Equal(told, Run(1_500, 800, metrics: metric).Told.Count);
    }

    [Fact]
    public void Reset_SurvivesARestart_AndComesFromHistoryToo()
    {
        RewindRun straight = Run(1_500, 800);
        RewindRun restarted = Run(1_500, 800, restarts: true);

        Assert.Equal(straight.Canonical(1_500), restarted.Canonical(1_500));
    }

    private static RewindRun Run(
        int seconds, int? reset, int? arrival = null, string? metrics = null, bool restarts = false, TwinDefinition? definition = null,
        double? stamp = null)
    {
        var run = new RewindRun(definition ?? Definition(SubspaceParameters.Name));
        var random = new Random(5);
        for (int second = 0; second < seconds; second++)
        {
            double load = random.NextDouble() * 4;
            run.Observe(0, second, 20 + load + random.NextDouble(), null, second);
            run.Observe(1, second, 20 + load + random.NextDouble() + (second >= FaultAt ? 9 : 0), null, second);
            if (reset is { } at && second == (arrival ?? at))
            {
                string text = BaselineReset.ToText("repaired", metrics is null ? [] : [metrics]);
                run.Observe(Reset, stamp ?? at, double.NaN, text, second);
            }

            run.EndBatch();
            if (restarts && second % 50 == 0)
            {
                run.Restart();
            }
        }

        run.Settle();
        return run;
    }

    private static TwinDefinition Definition(string kind, params string[] states) => new()
    {
        Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "b" }, new MetricRule { Name = BaselineReset.Metric, IsText = true }],
        Detectors =
        [
            new DetectorRule
            {
                Metrics = [0, 1],
                Create = () => DetectorFactory.Create(
                    new DetectorIdentity("joint", kind, "1"), [0, 1], new Dictionary<string, double>(), states),
            },
        ],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromMinutes(2) },
    };
}
