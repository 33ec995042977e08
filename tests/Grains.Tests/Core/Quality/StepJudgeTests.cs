using Millwright.Alerts;
using Millwright.Core.Quality;
using Millwright.Quality;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Quality;

public class StepJudgeTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Assemble_MakesOneStepPerRecord_AndLeavesOrdinarySamplesAlone()
    {
        TelemetrySample[] samples =
        [
            Sample("temperature", 40, 1, null),
            Sample("torque", 12, 2, "u-1"),
            Sample("angle", 90, 2, "u-1"),
            Sample("torque", 13, 3, "u-2"),
            Sample("temperature", 41, 4, null),
        ];

        IReadOnlyList<StepResult> steps = StepJudge.Assemble("acme:press-01", samples, m => m == "torque" ? "Nm" : "");

        Assert.Equal(["u-1", "u-2"], steps.Select(s => s.UnitId));
        Assert.Equal([("torque", 12d, "Nm"), ("angle", 90d, "")], steps[0].Parameters.Select(p => (p.Name, p.Value, p.Unit)));
    }

    [Fact]
    public void Assemble_GivesTheSameId_ForTheSameStep()
    {
        TelemetrySample[] samples = [Sample("torque", 12, 2, "u-1")];
        TelemetrySample[] again = [Sample("torque", 12, 99, "u-1")];

        Assert.Equal(StepJudge.Assemble("a:b", samples, _ => "")[0].Id, StepJudge.Assemble("a:b", again, _ => "")[0].Id);
    }

    [Theory]
    [InlineData(10, 10.0, 14.0, false)]
    [InlineData(14, 10.0, 14.0, false)]
    [InlineData(9.999, 10.0, 14.0, true)]
    [InlineData(14.001, 10.0, 14.0, true)]
    [InlineData(1e9, 10.0, null, false)]
    [InlineData(-1e9, null, 14.0, false)]
    [InlineData(double.NaN, 10.0, null, true)]
    public void Judge_TakesLimitsAsInclusive(double value, double? lower, double? upper, bool isViolated) =>
        Assert.Equal(isViolated, StepJudge.IsViolated(Judged(value, lower, upper)));

    [Theory]
    [InlineData(16, 10.0, 14.0, 2, "torque <= 14 Nm")]
    [InlineData(8, 10.0, 14.0, 2, "torque >= 10 Nm")]
    [InlineData(28, null, 14.0, 2, "torque <= 14 Nm")]
    public void Explain_ScoresByTheTolerance(double value, double? lower, double? upper, double score, string counterfactual)
    {
        AlertExplanation explanation = StepJudge.Explain(Judged(value, lower, upper));

        Assert.Equal(score, explanation.Score, 9);
        Assert.Equal(explanation.Score, explanation.Contributions.Sum(c => c.Share), 9);
        Assert.Equal(counterfactual, explanation.Counterfactual);
    }

    [Fact]
    public void UnitFold_OrdersByEventTime_AndIgnoresWhatItHas()
    {
        StepResult late = Judged(12, 10, 14) with { Id = "late", EventTime = T0.AddMinutes(2) };
        StepResult early = Judged(20, 10, 14) with { Id = "early" };

        UnitState state = UnitFold.Add(UnitFold.Add(null, late), early)!;

        Assert.Equal(["early", "late"], state.Steps.Select(s => s.Id));
        Assert.True(state.IsAtRisk);
        Assert.Null(UnitFold.Add(state, early));
    }

    private static StepResult Judged(double value, double? lower, double? upper) =>
        StepJudge.Judge(StepJudge.Assemble("a:b", [Sample("torque", value, 1, "u-1")], _ => "Nm")[0], [new StepLimit("torque", "Nm", lower, upper)]);

    private static TelemetrySample Sample(string metric, double value, long position, string? unit) => new()
    {
        Metric = metric,
        EventTime = T0,
        Value = value,
        Position = position,
        IngestTime = T0,
        Step = unit is null ? null : new UnitStep { UnitId = unit, Step = "tighten" },
    };
}
