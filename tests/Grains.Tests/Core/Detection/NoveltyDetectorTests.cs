using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Twins;
using Millwright.Core.Detection.Novelty;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Core.Detection;

public sealed class NoveltyDetectorTests(ITestOutputHelper output)
{
    private const double Minute = 60;

    [Fact]
    public void Observe_TellsASpikeOnce_AndNotItsReturn()
    {
        // A wave of 40 samples, and at the same place of it twice the same spike: the second is known by then.
        DetectorRun run = DetectorRun.Of("novelty");
        for (int i = 0; i < 5_000; i++)
        {
            run.Observe(i, i is 3_000 or 4_000 ? 85 : 70 + Math.Sin(i / 20.0 * Math.PI));
        }

        Anomaly found = run.Raised.Single();
        Assert.Equal(At(3_000), found.EventTime);
        Assert.True(found.CounterfactualIsUpper);
        Assert.InRange(found.CounterfactualValue!.Value, 70, 85);
        Assert.InRange((run.Findings[1].EventTime - At(3_000)).TotalSeconds, 35, 150);
    }

    [Fact]
    public void Observe_FindsAShiftOfTheLevel_InsideTheKnownRange()
    {
        // A metric between 60 and 80 that settles at 76 shows no value that is new, but no 24 samples ever had that mean.
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(22);
        for (int i = 0; i < 2_100; i++)
        {
            run.Observe(i, i < 2_000 ? 60 + (20 * Uniform(noise)) : 76 + Uniform(noise));
        }

        Anomaly found = run.Raised.Last();
        Assert.InRange(found.EventTime, At(2_000), At(2_030));
        Assert.True(found.WindowStart < found.EventTime, "what spoke was a window, not a value");
    }

    [Fact]
    public void Observe_FindsABrokenSeason_WithValuesThatAreUsualAtOtherHours()
    {
        // A machine hall by day 70, by night 20, every ten minutes for three weeks; then one night it stays on.
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(23);
        int broken = (20 * 144) + 90;
        for (int i = 0; i < 22 * 144; i++)
        {
            // The run starts at eight o'clock.
            double hour = (8 + (i / 6.0)) % 24;
            bool isDay = hour is >= 6 and < 22;
            run.Observe(i * 10 * Minute, noise.Next(isDay || i is >= 20 * 144 and < 21 * 144 ? 70 : 20));
        }

        DateTimeOffset[] told = [.. run.Raised.Select(finding => finding.EventTime)];
        Assert.Contains(told, at => at >= At((broken - 6) * 10 * Minute) && at <= At((21 * 144) * 10 * Minute));
        Assert.InRange(told.Count(at => at > At(4 * 144 * 10 * Minute) && at < At(20 * 144 * 10 * Minute)), 0, 2);
    }

    [Fact]
    public void Observe_FindsAFlatLine_InAMetricThatAlwaysTrembled()
    {
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(24);
        for (int i = 0; i < 8_050; i++)
        {
            run.Observe(i, i < 8_000 ? noise.Next(70) : 70);
        }

        Assert.Contains(run.Raised, finding => finding.EventTime >= At(8_000));
    }

    [Fact]
    public void Observe_FindsRestlessness_WithValuesThatAreAllKnown()
    {
        // A slow wave between 50 and 90; then the same values in any order.
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(25);
        for (int i = 0; i < 4_050; i++)
        {
            double phase = i < 4_000 ? i / 300.0 : Uniform(noise) * 2 * Math.PI;
            run.Observe(i, noise.Next(70 + (20 * Math.Sin(phase)), 0.2));
        }

        Anomaly found = run.Raised.Last();
        Assert.InRange(found.EventTime, At(4_000), At(4_024));
        Assert.True(found.WindowStart < found.EventTime, "what spoke was a window, not a value");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(-1e12)]
    public void Observe_IsSilent_WhenNothingEverChanges(double value)
    {
        DetectorRun run = DetectorRun.Of("novelty");
        for (int i = 0; i < 5_000; i++)
        {
            run.Observe(i, value);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_FiresWithAFiniteScore_WhenAConstantMetricMoves()
    {
        DetectorRun run = DetectorRun.Of("novelty");
        for (int i = 0; i < 200; i++)
        {
            run.Observe(i, 5);
        }

        run.Observe(200, 5.1);

        Assert.Equal("+200", run.Story());
        Assert.InRange(run.Findings[0].Score, 1.9, 12);
        Assert.Equal(5, run.Findings[0].Contributions[0].Baseline);
        Assert.InRange(run.Findings[0].CounterfactualValue!.Value, 5, 5.1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Observe_HardlySpeaks_InNoise(int seed)
    {
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(seed);
        for (int i = 0; i < 100_000; i++)
        {
            run.Observe(i, noise.Next(70));
        }

        // Noise has records too, but ever fewer: most are told while there is little to compare with.
        int late = run.Raised.Count(finding => finding.EventTime > At(50_000));
        Assert.True(run.Raised.Count() <= 16, $"seed {seed}: {run.Raised.Count()} findings in 100,000 samples of noise");
        Assert.True(late <= 4, $"seed {seed}: {late} findings in the second half");
    }

    [Fact]
    public void Observe_JudgesNoWindow_AcrossAPause()
    {
        // Before the pause 20, after it 70: both known, but a mean of both is not, and it never was one.
        DetectorRun run = DetectorRun.Of("novelty");
        Noise noise = new(26);
        double second = 0;
        for (int i = 0; i < 3_000; i++)
        {
            second += i % 500 == 0 ? 3_600 : 1;
            run.Observe(second, noise.Next(i / 500 % 2 == 0 ? 20 : 70));
        }

        Assert.DoesNotContain(run.Raised, finding => finding.EventTime > At(2 * 3_600 + 1_200));
    }

    [Fact]
    public void DecisionOf_SaysWarming_UntilItJudges()
    {
        IDetector detector = DetectorRun.Create("novelty", 2);
        DetectorRun run = new(detector);
        Noise noise = new(27);

        Assert.Null(detector.DecisionOf(0));
        Assert.Null(detector.DecisionOf(-1));
        for (int i = 0; i < 50; i++)
        {
            run.Observe(i, noise.Next());
        }

        Decision warming = detector.DecisionOf(0)!;
        Assert.Equal(DecisionVerdict.Warming, warming.Verdict);
        Assert.Equal(0.5, warming.Warmup, 1e-9);
        Assert.True(double.IsNaN(warming.Score));
        Assert.Null(detector.DecisionOf(1));
        for (int i = 50; i < 400; i++)
        {
            run.Observe(i, noise.Next());
        }

        Assert.Equal(DecisionVerdict.Quiet, detector.DecisionOf(0)!.Verdict);
        run.Observe(400, 50);
        Decision active = detector.DecisionOf(0)!;
        Assert.Equal(DecisionVerdict.Active, active.Verdict);
        Assert.Equal(active.Score, active.Contributions.Sum(entry => entry.Share), 1e-9);
        Assert.True(active.Score >= active.Threshold);
        Assert.Equal(At(400), active.EventTime);
    }

    [Fact]
    public void End_ClosesTheEpisode_AndKeepsWhatWasLearned()
    {
        IDetector detector = DetectorRun.Create("novelty", 1);
        DetectorRun run = new(detector);
        Noise noise = new(28);
        for (int i = 0; i < 400; i++)
        {
            run.Observe(i, noise.Next());
        }

        run.Observe(400, 50);
        ((IEndsAnomalies)detector).End(At(401), run.Findings);
        run.Observe(402, 50);

        Assert.EndsWith("+400 -401", run.Story());
    }

    [Fact]
    public void Observe_AllocatesNothing_WhenNothingIsNew()
    {
        IDetector detector = DetectorRun.Create("novelty", 1);
        List<Anomaly> findings = [];
        long allocated = long.MaxValue;
        for (int part = 0; part < 6; part++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                DateTimeOffset at = At((part * 1_000) + i);
                detector.Observe(new Observation(0, at, Math.Sin(i / 20.0 * Math.PI), default), new DetectionContext("running", at), findings);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Save_StaysBounded_WhenEverythingIsNew()
    {
        IDetector detector = DetectorRun.Create("novelty", 1);
        DetectorRun run = new(detector);
        Noise noise = new(29);
        double walk = 0;
        for (int i = 0; i < 50_000; i++)
        {
            walk += noise.Next();
            run.Observe(i * 60, walk);
        }

        Assert.InRange(DetectorRun.Bytes(detector).Length, 1, (4 * KnownValues.Capacity * 8) + 1_024);
    }

    [RecordingFact("nab")]
    public void Observe_ScoresOnTheRecordings_AsTheDefaultPromises()
    {
        List<(NabSeries Series, double[] Scores)> judged =
            [.. NabSeries.Load(RecordedData.Of("nab")).Select(series => (series, Detect(series.Recording)))];

        double standard = NabScore.At(judged, NabProfile.Standard, 1);
        double lowFalse = NabScore.At(judged, NabProfile.LowFp, 1);
        output.WriteLine(FormattableString.Invariant($"NAB standard {standard:0.0}, low false positives {lowFalse:0.0}"));
        Assert.True(standard >= 78, $"standard {standard:0.0}");
        Assert.True(lowFalse >= 73, $"low false positives {lowFalse:0.0}");
    }

    /// <summary>1 where it fires. Each counterfactual is put in the place of the value that fired, and must not.</summary>
    private static double[] Detect(Recording recording)
    {
        DetectorRun run = DetectorRun.Of("novelty");
        IDetector before = DetectorRun.Create("novelty", 1);
        double[] detections = new double[recording.Rows];
        for (int row = 0; row < recording.Rows; row++)
        {
            double second = (recording.Times[row] - DetectorRun.Start).TotalSeconds;
            int found = run.Findings.Count;
            run.Observe(second, recording.Values[row][0]);
            if (run.Findings.Count > found && run.Findings[^1] is { IsRaised: true } raised)
            {
                detections[row] = 1;
                AssertDoesNotFire(before, second, raised);
            }

            new DetectorRun(before).Observe(second, recording.Values[row][0]);
        }

        return detections;
    }

    private static void AssertDoesNotFire(IDetector before, double second, Anomaly raised)
    {
        if (raised.CounterfactualValue is { } value)
        {
            IDetector again = DetectorRun.Create("novelty", 1);
            DetectorRun.Restore(again, DetectorRun.Bytes(before));
            DetectorRun other = new DetectorRun(again).Observe(second, value);
            Assert.DoesNotContain(other.Findings, finding => finding.IsRaised);
        }
    }

    private static DateTimeOffset At(double seconds) => DetectorRun.Start.AddSeconds(seconds);

    private static double Uniform(Noise noise) => noise.Whole(1_000_000) / 1e6;
}
