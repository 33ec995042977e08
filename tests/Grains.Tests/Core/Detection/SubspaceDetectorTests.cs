using System.Buffers;
using System.Buffers.Binary;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>The detectors that judge several metrics together by a model: principal components and half-space trees.</summary>
public sealed class SubspaceDetectorTests
{
    private const int Metrics = 3;
    private const int FaultAt = 1_500;

    // A smoothing and a hold of one: the cell is the sample.
    private static readonly (string, double)[] Sharp = [("smoothing", 1), ("hold", 1)];

    public static TheoryData<string> Kinds => ["t2-spe", "half-space-trees"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Observe_FindsTheBrokenCorrelationAndNamesTheMetric_WithinTheStatedDelay(string kind)
    {
        // Half-space trees look at ranges: what is far out for them is nothing new in the correlations.
        double size = kind == "t2-spe" ? 3 : 20;
        for (int seed = 1; seed <= 3; seed++)
        {
            DetectorRun run = Run(kind, seed, 2_500, Fault(size, null));

            Anomaly raised = run.Raised.First();
            double at = (raised.EventTime - DetectorRun.Start).TotalSeconds;
            Assert.True(at is >= FaultAt and < FaultAt + 40, $"seed {seed}: fault at {FaultAt} reported at {at}");
            Assert.Equal(2, raised.Contributions[0].Metric);
            Assert.Equal(raised.Score, raised.Contributions.Sum(entry => entry.Share), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Counterfactual_DoesNotFire_WhenTheMeanHadTheValue(string kind)
    {
        // With a smoothing and a hold of one the cell is the sample, and what would have been is seen by replaying it.
        int judged = 0;
        foreach (double size in new[] { 20.0, 30, 40, -30 })
        {
            Anomaly raised = Run(kind, 4, 1_600, Fault(size, null), Sharp).Raised.First(finding => finding.EventTime > DetectorRun.Start.AddSeconds(FaultAt));
            if (raised.CounterfactualValue is { } value)
            {
                int cell = (int)(raised.EventTime - DetectorRun.Start).TotalSeconds - 1;
                MetricContribution moved = raised.Contributions.Single(entry => entry.Metric == raised.CounterfactualMetric);
                DetectorRun again = Run(kind, 4, cell + 2, Fault(size, (cell, moved.Metric, value)), Sharp);
                Assert.DoesNotContain(again.Raised, finding => finding.EventTime == raised.EventTime);
                Assert.Equal(raised.CounterfactualIsUpper, value < moved.Observed);
                judged++;
            }
        }

        Assert.True(judged >= 2, $"{judged} counterfactuals");
    }

    [Theory]
    [InlineData("t2-spe")]
    [InlineData("half-space-trees")]
    [InlineData("mahalanobis", "guard")]
    public void Observe_DoesNotLearnTheFault_WhenItLastsForAWeek(string kind, string? atZero = null)
    {
        // Cells of a minute: ten thousand of them, dozens of memories long.
        DetectorRun run = DetectorRun.Of(kind, 3, [("every", 60), .. atZero is null ? Array.Empty<(string, double)>() : [(atZero, 0)]]);
        Noise noise = new(8);
        const int Faulty = 1_200;
        for (int minute = 0; minute < Faulty + (7 * 1_440); minute++)
        {
            double load = noise.Next();
            for (int metric = 0; metric < 3; metric++)
            {
                run.Observe(minute * 60, 20 + load + noise.Next(0, 0.3) + (minute >= Faulty && metric == 0 ? 12 : 0), metric);
            }
        }

        Anomaly raised = Assert.Single(run.Findings, finding => finding.EventTime > DetectorRun.Start.AddMinutes(Faulty));
        Assert.True(raised.IsRaised);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Observe_TakesTheNewNormal_AfterAnOperatorSaidSo(string kind)
    {
        IDetector detector = DetectorRun.Create(kind, 2);
        DetectorRun run = new(detector);
        Noise noise = new(8);
        for (int second = 0; second < 5_000; second++)
        {
            double load = noise.Next();
            run.Observe(second, 20 + load + noise.Next(0, 0.3) + (second >= 1_500 ? 12 : 0), 0);
            run.Observe(second, 20 + load + noise.Next(0, 0.3), 1);
            if (second == 1_600)
            {
                Assert.Equal(DecisionVerdict.Active, detector.DecisionOf(-1)!.Verdict);
                ((IRelearns)detector).Relearn(-1, DetectorRun.Start.AddSeconds(second), run.Findings);
                Assert.Null(detector.DecisionOf(-1));
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.Equal(DecisionVerdict.Quiet, detector.DecisionOf(-1)!.Verdict);
    }

    /// <summary>
    /// What docs/detectors.md says of them: two ways of running, and a place between them where the asset never was. Mean and covariance
    /// call the middle the most normal of all.
    /// </summary>
    [Theory]
    [InlineData("half-space-trees", true)]
    [InlineData("mahalanobis", false)]
    [InlineData("t2-spe", false)]
    public void Observe_FindsTheEmptyMiddle_WhereShapesCount(string kind, bool isFound)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            DetectorRun run = DetectorRun.Of(kind, 2, Sharp);
            Noise noise = new(seed);
            for (int second = 0; second < 3_000; second++)
            {
                double level = second is >= 2_500 and < 2_600 ? 50 : second / 60 % 2 == 0 ? 20 : 80;
                run.Observe(second, noise.Next(level), 0).Observe(second, noise.Next(level), 1);
            }

            Assert.True(isFound == run.Raised.Any(found => (found.EventTime - DetectorRun.Start).TotalSeconds is > 2_500 and <= 2_600), $"seed {seed}");
            Assert.InRange(run.Raised.Count(found => (found.EventTime - DetectorRun.Start).TotalSeconds is <= 2_500 or > 2_600), 0, 5);
        }
    }

    /// <summary>After some years (or days, with short cells) the number of cells ends, and the profile must still be renewed.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    public void Learn_RenewsTheProfile_HoweverManyCellsThereWere(int gathered)
    {
        var parameters = HalfSpaceParameters.From(new Dictionary<string, double> { ["trees"] = 5, ["depth"] = 4, ["window"] = 100 });
        HalfSpaceForest forest = new("a", 1, parameters);
        HalfSpaceBaseline young = new(forest, parameters);
        Noise noise = new(2);
        for (int cell = 0; cell < 1_000; cell++)
        {
            young.TryScore([noise.Next()], out _);
            young.Learn([noise.Next()], false);
        }

        HalfSpaceBaseline old = new(forest, parameters);
        old.Restore(new StateReader(Aged(young, forest, gathered)));
        for (int cell = 0; cell < 70_000; cell++)
        {
            old.TryScore([0.9 + noise.Next(0, 0.01)], out _);
            old.Learn([0.9 + noise.Next(0, 0.01)], false);
        }

        Assert.True(old.TryScore([0.9], out double usual) && old.TryScore([-0.9], out double former) && former > usual + 3);
        Assert.Equal(1, Math.Min(1, old.Warmup));
    }

    /// <summary>As an earlier version left it: the count at its end, and the next profile gathered beyond its window.</summary>
    private static byte[] Aged(HalfSpaceBaseline baseline, HalfSpaceForest forest, int gathered)
    {
        ArrayBufferWriter<byte> buffer = new();
        baseline.Save(new StateWriter(buffer));
        byte[] state = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(state, int.MaxValue / 2);
        for (int node = forest.Trees * forest.Nodes; gathered > 0 && node > 0; node--)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(state.AsSpan(state.Length - (4 * node)), (ushort)gathered);
        }

        return state;
    }

    [Fact]
    public void Decompose_GivesTheMatrixBack()
    {
        Noise noise = new(1);
        for (int size = 1; size <= 12; size++)
        {
            double[] matrix = new double[size * size];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    matrix[(i * size) + j] = matrix[(j * size) + i] = noise.Next();
                }
            }

            double[] values = new double[size];
            double[] vectors = new double[size * size];
            SymmetricEigen.Decompose((double[])matrix.Clone(), values, vectors);

            Assert.Equal(values.OrderDescending(), values);
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    double again = Enumerable.Range(0, size).Sum(k => values[k] * vectors[(k * size) + i] * vectors[(k * size) + j]);
                    Assert.Equal(matrix[(i * size) + j], again, 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Forest_IsTheSameForTheSameId_AndAnotherForAnother()
    {
        var parameters = HalfSpaceParameters.From(new Dictionary<string, double> { ["trees"] = 5, ["depth"] = 4 });
        HalfSpaceForest one = new("a", 3, parameters);
        HalfSpaceForest same = new("a", 3, parameters);
        HalfSpaceForest other = new("b", 3, parameters);

        Assert.Equal(Cuts(one), Cuts(same));
        Assert.NotEqual(Cuts(one), Cuts(other));
        Assert.Equal(3, Cuts(one).Select(cut => cut.Item1).Distinct().Count());
    }

    private static List<(int, double)> Cuts(HalfSpaceForest forest) =>
    [
        .. Enumerable.Range(0, forest.Trees).SelectMany(tree => Enumerable.Range(0, forest.Nodes / 2)
            .Select(node => (forest.MetricOf(tree, node), forest.CutAt(tree, node)))),
    ];

    /// <summary>What is added to a sample from the fault on, and what one is replaced by.</summary>
    private static Func<int, int, double, double> Fault(double size, (int Cell, int Metric, double Value)? instead) =>
        (second, metric, value) => instead is { } change && change.Cell == second && change.Metric == metric
            ? change.Value
            : value + (second >= FaultAt && metric == 2 ? size : 0);

    private static DetectorRun Run(
        string kind, int seed, int seconds, Func<int, int, double, double> fault, params (string, double)[] parameters)
    {
        DetectorRun run = DetectorRun.Of(kind, Metrics, parameters);
        Noise noise = new(seed);
        for (int second = 0; second < seconds; second++)
        {
            double load = noise.Next(0, 2);
            for (int metric = 0; metric < Metrics; metric++)
            {
                double value = 40 + ((metric % 2 == 0 ? 1 : -1) * load) + noise.Next(0, 0.5);
                run.Observe(second, fault(second, metric, value), metric);
            }
        }

        return run;
    }
}
