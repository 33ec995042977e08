using System.Buffers;
using Millwright.Core.Quality.Curves;
using Millwright.Core.State;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

public class CurveModelTests
{
    [Fact]
    public void Warmup_IsShownAsNoJudgement()
    {
        var model = new CurveModel(new CurveModelOptions { WarmUp = 12 });

        int judged = Enumerable.Range(0, 20).Count(i => model.Observe("a", Good(i)) is not null);

        Assert.Equal(8, judged);
        Assert.True(model.IsReady);
    }

    [Fact]
    public void SlippingBit_IsUnusual_AndGoodOnesAreNot()
    {
        CurveModel model = Taught(60);

        Assert.All(Enumerable.Range(1000, 100), i => Assert.False(model.Judge("a", Good(i))!.IsUnusual, $"curve {i}"));
        Assert.All(Enumerable.Range(0, 20), i => Assert.True(model.Judge("a", Bad(i))!.IsUnusual, $"curve {i}"));
    }

    [Fact]
    public void SeriesOfFaults_IsNotLearned()
    {
        CurveModel model = Taught(60);
        byte[] before = Save(model);

        Assert.All(Enumerable.Range(0, 200), i => Assert.True(model.Observe("a", Bad(i))!.IsUnusual, $"curve {i}"));

        Assert.Equal(before, Save(model));
    }

    [Fact]
    public void FaultsAmongTheFirst_DoNotBecomeTheUsual()
    {
        var model = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < 100; i++)
        {
            model.Observe("a", i % 5 == 2 ? Bad(i) : Good(i));
        }

        Assert.True(model.Judge("a", Bad(500))!.IsUnusual);
        Assert.False(model.Judge("a", Good(500))!.IsUnusual);
    }

    [Fact]
    public void NewProgramme_IsJudgedByTheFamily_ThenByItself()
    {
        var model = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < 200; i++)
        {
            model.Observe($"size-{i % 4}", Good(i, 1 + (i % 4)));
        }

        Assert.True(model.Judge("new", Bad(1, 2))!.IsUnusual, $"{model.Judge("new", Bad(1, 2))!.Score}");
        Assert.False(model.Judge("new", Good(1, 2.5))!.IsUnusual);
        for (int i = 0; i < 40; i++)
        {
            model.Observe("new", Good(i, 2.5));
        }

        CurveJudgement own = model.Judge("new", Good(99, 2.5))!;
        Assert.Equal(40, own.Learned);
        Assert.Equal(2.5, own.Shares[0].Usual, 0.25);
        Assert.True(model.Judge("new", Good(99, 1.2))!.Score > own.Score + 5, $"{own.Score}, {model.Judge("new", Good(99, 1.2))!.Score}");
    }

    [Fact]
    public void Shares_SumToTheScore_AndTheCounterfactualPasses()
    {
        CurveModel model = Taught(60);
        int told = 0;
        for (int i = 0; i < 200; i++)
        {
            double[] features = i % 2 == 0 ? Bad(i) : Good(i);
            features[i % 7] *= 1 + (0.2 * (i % 11));
            CurveJudgement found = model.Judge("a", features)!;

            Assert.Equal(found.Score, found.Shares.Sum(s => s.Share), 1e-6 * Math.Max(1, found.Score));
            Assert.Equal(found.IsUnusual && found.Counterfactual is not null, found.Counterfactual is not null);
            if (found.Counterfactual is { } counterfactual)
            {
                features[counterfactual.Feature] = counterfactual.Usual;
                Assert.False(model.Judge("a", features)!.IsUnusual, $"curve {i}");
                told++;
            }
        }

        Assert.True(told > 5, $"{told} counterfactuals");
    }

    [Fact]
    public void Nearness_IsWhereTheCurvePasses_AndNoSingleFeatureWould()
    {
        CurveModel model = Taught(60);
        int told = 0;
        for (int i = 0; i < 100; i++)
        {
            double[] features = Bad(i, 1 + (i % 3));
            features[1] *= 1 + (i % 5);
            CurveJudgement found = model.Judge("a", features)!;

            Assert.Equal(found.IsUnusual && found.Counterfactual is null, found.Nearness is not null);
            if (found.Nearness is { } percent)
            {
                Assert.False(model.Judge("a", Towards(found, percent))!.IsUnusual, $"curve {i}, {percent} %");
                Assert.True(model.Judge("a", Towards(found, percent + 1))!.IsUnusual, $"curve {i}, {percent + 1} %");
                told++;
            }
        }

        Assert.True(told > 50, $"{told} of 100 without a single feature");
    }

    [Fact]
    public void CurveThatAlarms_DoesNotTeach_AtALowThreshold()
    {
        var model = new CurveModel(new CurveModelOptions { Threshold = 15 });
        for (int i = 0; i < 60; i++)
        {
            model.Observe("a", Good(i));
        }

        double[] features = Good(500);
        while (model.Judge("a", features)!.Score < 17)
        {
            features[0] *= 1.01;
        }

        Assert.InRange(model.Judge("a", features)!.Score, 17, 24);
        byte[] before = Save(model);

        Assert.All(Enumerable.Range(0, 100), i => Assert.True(model.Observe("a", features)!.IsUnusual, $"curve {i}"));

        Assert.Equal(before, Save(model));
    }

    [Fact]
    public void LowestThreshold_DoesNotShrinkTheModel()
    {
        var sensitive = new CurveModel(new CurveModelOptions { Threshold = 5 });
        var usual = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < 800; i++)
        {
            sensitive.Observe("a", Good(i));
            usual.Observe("a", Good(i));
        }

        double[] of = [.. Enumerable.Range(2000, 100).Select(i => sensitive.Judge("a", Good(i))!.Score)];
        double[] beside = [.. Enumerable.Range(2000, 100).Select(i => usual.Judge("a", Good(i))!.Score)];
        Assert.InRange(of.Average() / beside.Average(), 0.95, 1.5);
    }

    [Fact]
    public void Restore_AfterEveryCurve_GivesTheSameBytes()
    {
        var straight = new CurveModel(new CurveModelOptions());
        var restarted = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < 120; i++)
        {
            double[] features = i % 9 == 4 ? Bad(i) : Good(i, 1 + (i % 3));
            CurveJudgement? expected = straight.Observe($"p{i % 3}", features);
            CurveJudgement? found = restarted.Observe($"p{i % 3}", features);
            Assert.Equal(expected?.Score, found?.Score);

            byte[] saved = Save(restarted);
            Assert.Equal(Save(straight), saved);
            restarted = new CurveModel(new CurveModelOptions());
            Assert.True(restarted.Restore(new StateReader(saved)));
            Assert.Equal(saved, Save(restarted));
        }
    }

    [Fact]
    public void AnotherVersion_LearnsAnew()
    {
        var model = new CurveModel(new CurveModelOptions { Version = "2" });

        Assert.False(model.Restore(new StateReader(Save(Taught(60)))));
        Assert.False(model.IsReady);
        Assert.Null(model.Observe("a", Good(1)));
    }

    [Fact]
    public void CutState_IsRefused()
    {
        byte[] saved = Save(Taught(60));

        Assert.All(Enumerable.Range(0, saved.Length), length =>
            Assert.Throws<StateFormatException>(() => new CurveModel(new CurveModelOptions()).Restore(new StateReader(saved.AsMemory(0, length)))));
    }

    [Fact]
    public void Programmes_AreBounded_AndTheOldestGoes()
    {
        CurveModel model = Taught(60);
        for (int i = 0; i < CurveModel.MaxProgrammes + 40; i++)
        {
            model.Observe($"p{i:000}", Good(i));
            if (i % 20 == 0)
            {
                model.Observe("kept", Good(i));
            }
        }

        Assert.True(Save(model).Length < CurveModel.MaxProgrammes * 100);
        Assert.Equal(0, model.Judge("a", Good(1))!.Learned);
        Assert.True(model.Judge("kept", Good(1))!.Learned > 10);
    }

    [Fact]
    public void FeatureThatIsNoNumber_IsNoCurve()
    {
        CurveModel model = Taught(60);
        double[] features = Good(1);
        features[3] = double.NaN;

        Assert.Null(model.Observe("a", features));
    }

    private static double[] Towards(CurveJudgement found, int percent) =>
        [.. found.Shares.Select(s => s.Usual + (percent / 100.0 * (s.Observed - s.Usual)))];

    private static CurveModel Taught(int curves)
    {
        var model = new CurveModel(new CurveModelOptions());
        for (int i = 0; i < curves; i++)
        {
            model.Observe("a", Good(i));
        }

        return model;
    }

    private static double[] Good(int number, double size = 2)
    {
        (double[] torque, double[] angle) = CurveSource.Loosening(number, size);
        return CurveFeatures.Of(torque, angle);
    }

    private static double[] Bad(int number, double size = 2)
    {
        (double[] torque, double[] angle) = CurveSource.Slipping(number, size);
        return CurveFeatures.Of(torque, angle);
    }

    private static byte[] Save(CurveModel model)
    {
        var bytes = new ArrayBufferWriter<byte>();
        model.Save(new StateWriter(bytes));
        return bytes.WrittenSpan.ToArray();
    }
}
