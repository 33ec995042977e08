using Millwright.Alerts;
using Millwright.Core.Quality;
using Millwright.Core.Quality.Curves;
using Millwright.Quality;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

public class StepCurveJudgeTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void UnusualCurve_PutsItsUnitAtRisk_AndSaysWhy()
    {
        StepResult judged = Observe(Taught(), CurveSource.Slipping(1));

        Assert.True(StepJudge.IsAtRisk(judged));
        Assert.False(StepJudge.IsViolated(judged));
        Assert.True(UnitFold.Add(null, judged)!.IsAtRisk);
        AlertExplanation explanation = StepCurveJudge.Explain(judged);
        Assert.Equal(explanation.Score, explanation.Contributions.Sum(c => c.Share), 1e-6 * explanation.Score);
        Assert.True(explanation.Score >= explanation.Threshold);
        Assert.Equal(("step-curve", "3"), (explanation.DetectorKind, explanation.DetectorVersion));
        Assert.NotEmpty(explanation.Counterfactual);
        Assert.Contains(explanation.Contributions, c => c is { Metric: "torque.peak", Unit: "Nm" });
        Assert.Equal(("m5", 30), (judged.Curve!.Programme, judged.Curve.Learned));
    }

    [Fact]
    public void UsualCurve_IsJudgedToo_WithoutAlarm()
    {
        StepResult judged = Observe(Taught(), CurveSource.Loosening(777));

        Assert.False(StepJudge.IsAtRisk(judged));
        Assert.Equal("", judged.Curve!.Counterfactual);
        Assert.True(judged.Curve.Score < judged.Curve.Threshold);
    }

    [Fact]
    public void StepWithoutCurve_StaysAsItIs()
    {
        StepResult step = Step(CurveSource.Loosening(1));
        StepResult bare = step with { Parameters = [.. step.Parameters.Where(p => p.Name != "torque.rest")] };

        Assert.Same(bare, StepCurveJudge.Observe(Taught(), bare, "torque", "programme", "3"));
    }

    private static CurveModel Taught()
    {
        var model = new CurveModel(new CurveModelOptions { Version = "3" });
        for (int i = 0; i < 30; i++)
        {
            Observe(model, CurveSource.Loosening(i));
        }

        return model;
    }

    private static StepResult Observe(CurveModel model, (double[] Torque, double[] Angle) curve) =>
        StepCurveJudge.Observe(model, Step(curve), "torque", "programme", "3");

    private static StepResult Step((double[] Torque, double[] Angle) curve)
    {
        double[] features = CurveFeatures.Of(curve.Torque, curve.Angle);
        return new StepResult
        {
            Id = "step-1",
            UnitId = "u-1",
            Step = "screw",
            AssetId = "acme:tool",
            EventTime = T0,
            Parameters =
            [
                new StepParameter { Name = "programme", Value = double.NaN, Text = "m5", Unit = "" },
                .. features.Select((f, i) =>
                    new StepParameter { Name = $"torque.{CurveFeatures.Names[i]}", Value = f, Unit = i == 0 ? "Nm" : CurveFeatures.Units[i] }),
            ],
        };
    }
}
