using Millwright.Core.Expressions;

namespace Millwright.Core.Detection;

public sealed class ExpressionDetectorTests
{
    private static readonly ExpressionMetric[] Metrics = [new("flow", 0, "L/min"), new("current", 1, "A"), new("temperature", 2, "Cel")];

    [Fact]
    public void Fires_WhenTheConditionHolds_AndClears_WhenItNoLongerDoes()
    {
        DetectorRun run = Run("flow < 5 L/min");

        run.Observe(0, 6).Observe(1, 4).Observe(2, 4).Observe(3, 5).Observe(4, 3);

        Assert.Equal("+1 -3 +4", run.Story());
    }

    /// <summary>Five degrees are 5 K where a difference is meant, and not 278.15 K.</summary>
    [Theory]
    [InlineData("outlet - temperature > 5 Cel")]
    [InlineData("5 Cel < outlet - temperature")]
    [InlineData("abs(temperature - outlet) > 5 degC")]
    [InlineData("-(temperature - outlet) > 5 Cel")]
    [InlineData("temperature - outlet < -5 Cel")]
    [InlineData("2 * (outlet - temperature) > 10 Cel")]
    [InlineData("(outlet - temperature) / 2 > 2.5 Cel")]
    [InlineData("greatest(outlet - temperature, 1 Cel) > 5 Cel")]
    [InlineData("outlet - temperature - 2 K > 3 Cel")]
    [InlineData("delta(outlet, 1 h) + 1 K > 6 Cel and temperature < 100 Cel")]
    [InlineData("range(outlet, 1 h) > 5 Cel and temperature < 100 Cel")]
    [InlineData("2 * stddev(outlet, 1 h) > 5 degC and temperature < 100 Cel")]
    [InlineData("kelvin - mean(kelvin, 12 s) > 2.6 Cel and temperature < 100 Cel")]
    [InlineData("kelvin - 5 K > 20 Cel and temperature < 100 Cel")]
    [InlineData("(kelvin + kelvin) / 2 > 25 Cel and temperature < 100 Cel")]
    [InlineData("slope(outlet, 1 h) * 10 s > 5 Cel and temperature < 100 Cel")]
    public void ADifferenceOfTemperatures_IsComparedInDegrees(string text)
    {
        ExpressionMetric[] metrics = [new("temperature", 0, "Cel"), new("outlet", 1, "Cel"), new("kelvin", 2, "K")];
        ExpressionProgram? program = ExpressionProgram.TryCompile(text, metrics, out ExpressionFault? fault);
        Assert.True(program is not null, fault?.ToString());
        DetectorRun run = new(DetectorFactory.Create(
            new DetectorIdentity("rule-1", "expression", "1"), program, new Dictionary<string, double>(), []));

        run.Observe(0, 20, 0).Observe(0, 20, 1).Observe(0, 293.15, 2);
        run.Observe(10, 20, 0).Observe(10, 24.9, 1).Observe(10, 298.05, 2);
        Assert.Equal("", run.Story());
        run.Observe(20, 20, 0).Observe(20, 31, 1).Observe(20, 304.15, 2).Observe(30, 20, 0);

        Assert.Equal("+20", run.Story());
    }

    [Fact]
    public void Dwell_IsEventTimeForWhichItMustHold()
    {
        DetectorRun run = Run("flow < 5 L/min", ("dwell", 2), ("clear-dwell", 3));

        run.Observe(0, 4).Observe(1, 6).Observe(2, 4).Observe(3, 4).Observe(4, 4).Observe(5, 6).Observe(6, 4).Observe(7, 6).Observe(10, 6);

        Assert.Equal("+4 -10", run.Story());
    }

    [Fact]
    public void MetricsOfOneInstant_AreJudgedTogether()
    {
        DetectorRun run = Run("current > 2 A and flow > 10 L/min");

        // From (flow 20, current 1) to (flow 1, current 3): never both, though between the two samples it seems so.
        run.Observe(0, 20, 0).Observe(0, 1, 1).Observe(1, 1, 0).Observe(1, 3, 1);
        run.Observe(2, 3, 1).Observe(2, 20, 0);

        Assert.Equal("+2", run.Story());
    }

    [Fact]
    public void AnInstantWithoutAllMetrics_IsJudgedWhenTheNextBegins()
    {
        DetectorRun run = Run("current > 2 A and flow > 10 L/min");

        run.Observe(0, 20, 0).Observe(0.5, 3, 1);
        Assert.Empty(run.Findings);
        run.Observe(1, 20, 0);

        Assert.Equal("+0.5", run.Story());
    }

    [Fact]
    public void WhatIsNotKnownYet_BeginsNothingAndEndsNothing()
    {
        DetectorRun run = Run("current > 2 A and not (flow > 10 L/min)");

        run.Observe(0, 3, 1).Observe(1, 3, 1);
        Assert.Empty(run.Findings);
        run.Observe(2, 1, 0).Observe(2, 3, 1);

        Assert.Equal("+2", run.Story());
    }

    [Fact]
    public void OneFalseSide_IsEnough_ThoughTheOtherIsUnknown()
    {
        IDetector detector = Create("current > 2 A and flow > 10 L/min");
        new DetectorRun(detector).Observe(0, 1, 1).Observe(1, 1, 1);

        Assert.Equal(DecisionVerdict.Quiet, detector.DecisionOf(-1)!.Verdict);
    }

    [Fact]
    public void Windows_AreTrailing_AndKeepTheirUnits()
    {
        DetectorRun run = Run("mean(flow, 10 s) < 300 L/h");

        for (int second = 0; second < 30; second++)
        {
            run.Observe(second, second < 10 ? 10 : 4);
        }

        // The mean of the last ten is below 5 as soon as nine of them are 4: 0.1 * 10 + 0.9 * 4 = 4.6.
        Assert.Equal("+18", run.Story());
        Anomaly raised = run.Findings[0];
        Assert.Equal((4.6, 5.0), (raised.Contributions[0].Observed, raised.Contributions[0].Baseline));
        Assert.Equal(9.9999999, (raised.WindowEnd - raised.WindowStart).TotalSeconds, 7);
    }

    [Fact]
    public void State_IsTheOneThatHolds()
    {
        DetectorRun run = Run("flow < 5 L/min and state == 'running'");

        run.Observe(0, 4, 0, "idle").Observe(1, 4, 0, "running").Observe(2, 4, 0, "idle");

        Assert.Equal("+1 -2", run.Story());
    }

    [Fact]
    public void Contributions_SumToTheScore_AndShowBothSidesInTheMetricsUnit()
    {
        DetectorRun run = Run("temperature > 353.15 K and delta(temperature, 1 min) > 5 K and current > 1 A");

        run.Observe(0, 70, 2).Observe(0, 3, 1).Observe(1, 81, 2).Observe(1, 3, 1);

        Anomaly raised = Assert.Single(run.Raised);
        Assert.Equal(raised.Score, raised.Contributions.Sum(c => c.Share), 9);
        Assert.Equal([(2, 81.0, 80.0), (2, 11.0, 5.0), (1, 3.0, 1.0)],
            raised.Contributions.Select(c => (c.Metric, Math.Round(c.Observed, 9), Math.Round(c.Baseline, 9))));
    }

    [Theory]
    [InlineData("flow < 5 L/min", 5.0)]
    [InlineData("flow < 300 L/h and flow < 4 L/min", 4.0)]
    public void Counterfactual_DoesNotFire(string text, double limit)
    {
        Anomaly raised = Assert.Single(Run(text).Observe(0, 6).Observe(1, 3).Raised);

        Assert.Equal((0, false), (raised.CounterfactualMetric, raised.CounterfactualIsUpper));
        Assert.InRange(raised.CounterfactualValue!.Value, limit, limit * 1.001 + 1);
        Assert.Empty(Run(text).Observe(0, 6).Observe(1, raised.CounterfactualValue.Value).Findings);
    }

    [Fact]
    public void Counterfactual_IsAbsent_WhenNoOneValueWouldDo() =>
        Assert.Null(Assert.Single(Run("flow < 5 L/min or flow < 6 L/min or mean(flow, 5 s) < 5 L/min").Observe(0, 3).Raised).CounterfactualValue);

    [Fact]
    public void End_ClosesWhatIsOpen()
    {
        IDetector detector = Create("flow < 5 L/min");
        DetectorRun run = new DetectorRun(detector).Observe(0, 3);

        ((IEndsAnomalies)detector).End(DetectorRun.Start.AddSeconds(9), run.Findings);

        Assert.Equal("+0 -9", run.Story());
    }

    [Fact]
    public void Restore_RefusesTheStateOfAnotherRule()
    {
        byte[] state = DetectorRun.Bytes(Create("flow < 5 L/min"));

        Assert.Throws<State.StateFormatException>(() => DetectorRun.Restore(Create("flow < 5 L/min and current > 1 A"), state));
        Assert.Throws<State.StateFormatException>(() => DetectorRun.Restore(Create("mean(flow, 3 s) < 5 L/min"), state));
    }

    internal static IDetector Create(string text, params (string Name, double Value)[] parameters)
    {
        ExpressionProgram? program = ExpressionProgram.TryCompile(text, Metrics, out ExpressionFault? fault);
        Assert.True(program is not null, fault?.ToString());
        return DetectorFactory.Create(
            new DetectorIdentity("rule-1", "expression", "1"), program, parameters.ToDictionary(p => p.Name, p => p.Value), []);
    }

    [Theory]
    [InlineData("mean(flow, 60 s) < 10 L/min", 0, true)]
    [InlineData("mean(flow, 60 s) < 10 L/min", -1, true)]
    [InlineData("mean(flow, 60 s) < 10 L/min", 1, false)]
    [InlineData("flow < 10 L/min", -1, false)]
    public void Reset_ForgetsTheTrailingWindows_OfTheMetric(string text, int metric, bool isForgotten)
    {
        IDetector detector = Create(text);
        var run = new DetectorRun(detector);
        run.Observe(0, 5).Observe(30, 5);

        ((IRelearns)detector).Relearn(metric, DetectorRun.Start.AddSeconds(31), run.Findings);
        run.Observe(40, 30);

        // What is open about the trailing mean ends with the reset, all else when the flow is back.
        Assert.Equal(isForgotten ? "+0 -31" : "+0 -40", run.Story());
    }

    private static DetectorRun Run(string text, params (string Name, double Value)[] parameters) => new(Create(text, parameters));
}
