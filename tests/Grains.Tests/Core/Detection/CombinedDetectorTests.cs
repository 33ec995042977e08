using Millwright.Core.Detection.Combined;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Core.Detection;

public sealed class CombinedDetectorTests(ITestOutputHelper output)
{
    private const string Kind = CombinedParameters.Name;

    [Fact]
    public void Observe_IsNovelty_WhenThereIsOneMetric()
    {
        DetectorRun combined = DetectorRun.Of(Kind);
        DetectorRun novelty = DetectorRun.Of("novelty");
        Noise noise = new(31);
        for (int row = 0; row < 1_500; row++)
        {
            double value = noise.Next(row is 900 or >= 1_200 ? 30 : 10, 1);
            combined.Observe(row, value);
            novelty.Observe(row, value);
        }

        Assert.NotEmpty(combined.Findings);
        Assert.Equal(novelty.Story(), combined.Story());
        Assert.All(combined.Findings.Zip(novelty.Findings), pair =>
        {
            Assert.Equal(1, pair.First.Threshold, 1e-9);
            Assert.Equal(pair.Second.Score / pair.Second.Threshold, pair.First.Score, 1e-9);
            Assert.Equal(pair.Second.CounterfactualValue, pair.First.CounterfactualValue);
            Assert.Equal(Kind, pair.First.Detector.Kind);
        });
    }

    [Fact]
    public void Observe_TellsTheMetricOrAllOfThem_WhicheverPartSpeaks()
    {
        DetectorRun run = DetectorRun.Of(Kind, 3);
        Noise noise = new(37);
        for (int row = 0; row < 1_300; row++)
        {
            run.Observe(row, noise.Next(row == 800 ? 200 : 50, 1), 0)
                .Observe(row, noise.Next(row >= 1_000 ? 24 : 20, 1), 1)
                .Observe(row, noise.Next(5, 1), 2);
        }

        Assert.Equal((0, 800.0), (run.Findings[0].Metric, (run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds));
        Anomaly level = Assert.Single(run.Raised, finding => finding.Metric == -1);
        Assert.InRange((level.EventTime - DetectorRun.Start).TotalSeconds, 1_000, 1_015);
        Assert.Equal(1, level.Contributions[0].Metric);
        Assert.InRange(level.Contributions[0].Baseline, 19, 21);
    }

    [Fact]
    public void DecisionOf_AnswersForEachMetricAndForAll_AsMultiplesOfTheLimit()
    {
        IDetector several = DetectorRun.Create(Kind, 2);
        IDetector one = DetectorRun.Create(Kind, 1);
        DetectorRun run = new(several);
        DetectorRun lone = new(one);
        Noise noise = new(41);
        for (int row = 0; row < 600; row++)
        {
            run.Observe(row, noise.Next(), 0).Observe(row, noise.Next(), 1);
            lone.Observe(row, noise.Next());
        }

        Assert.All(new[] { several.DecisionOf(-1), several.DecisionOf(0), several.DecisionOf(1), one.DecisionOf(0) }, decision =>
        {
            Assert.NotNull(decision);
            Assert.Equal(1, decision.Threshold, 1e-9);
            Assert.Equal(decision.Score, decision.Contributions.Sum(entry => entry.Share), 1e-6);
        });
        Assert.Null(one.DecisionOf(-1));
        Assert.Null(several.DecisionOf(2));
    }

    [Fact]
    public void End_EndsWhatIsOpen_OfAllParts()
    {
        IDetector detector = DetectorRun.Create(Kind, 2);
        DetectorRun run = new(detector);
        Noise noise = new(43);
        for (int row = 0; row < 720; row++)
        {
            run.Observe(row, noise.Next(row >= 700 ? 100 : 0), 0).Observe(row, noise.Next(), 1);
        }

        ((IEndsAnomalies)detector).End(DetectorRun.Start.AddSeconds(720), run.Findings);

        Assert.Equal([-1, 0], run.Raised.Select(finding => finding.Metric).Order());
        Assert.Equal([-1, 0], run.Findings.Where(finding => !finding.IsRaised).Select(finding => finding.Metric).Order());
    }

    /// <summary>Whatever is set within the range, both parts act by it and say so.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void DecisionOf_TellsTheThresholdThatWasSet(double threshold)
    {
        IDetector detector = DetectorRun.Create(Kind, 2, ("threshold", threshold));
        DetectorRun run = new(detector);
        Noise noise = new(3);
        for (int row = 0; row < 800; row++)
        {
            run.Observe(row, noise.Next(), 0).Observe(row, noise.Next(), 1);
        }

        Assert.Equal([threshold, threshold, threshold], new[] { -1, 0, 1 }.Select(metric => detector.DecisionOf(metric)!.Threshold));
    }

    /// <summary>The same recordings that the level part is guarded by: novelty must not cost what the level has won.</summary>
    [RecordingFact("skab")]
    public void Observe_ScoresTheRecordings_AsTheDefaultPromises()
    {
        IReadOnlyList<SkabRecording> labelled = SkabRecording.Labelled();
        (double f1, double falseAlarms, int edges) = Score(labelled);
        (_, double faultFree, _) = Score(SkabRecording.FaultFree());

        output.WriteLine($"F1 {f1:F3}, FAR {falseAlarms:P1}, {edges} edges; fault-free {faultFree:P1}");
        Assert.True(f1 > 0.87, $"F1 {f1:F3}");
        Assert.True(falseAlarms < 0.12, $"FAR {falseAlarms:P1}");
        Assert.True(faultFree < 0.05, $"FAR {faultFree:P1}");
        Assert.InRange(edges, 20, 45);
    }

    private static (double F1, double FalseAlarms, int Edges) Score(IEnumerable<SkabRecording> recordings)
    {
        int[] counts = new int[4];
        int edges = 0;
        foreach (SkabRecording recording in recordings)
        {
            DetectorRun run = new(DetectorRun.Create(Kind, 8));
            HashSet<int> open = [];
            for (int row = 0; row < recording.Times.Length; row++)
            {
                bool wasOpen = open.Count > 0;
                int before = run.Findings.Count;
                for (int metric = 0; metric < 8; metric++)
                {
                    run.Observe((recording.Times[row] - DetectorRun.Start).TotalSeconds, recording.Values[row][metric], metric);
                }

                foreach (Anomaly finding in run.Findings.Skip(before))
                {
                    _ = finding.IsRaised ? open.Add(finding.Metric) : open.Remove(finding.Metric);
                }

                if (row >= SkabRecording.WarmupRows)
                {
                    edges += wasOpen == open.Count > 0 ? 0 : 1;
                    counts[(recording.IsAnomalous[row] ? 0 : 1) + (open.Count > 0 ? 0 : 2)]++;
                }
            }
        }

        SkabScore score = new(counts[0], counts[1], counts[2], counts[3]);
        return (score.F1, score.FalseAlarmRate, edges);
    }
}
