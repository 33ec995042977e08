using Millwright.Core.Prognosis;

namespace Millwright.Core.Detection;

public sealed class HealthDetectorTests
{
    private const int Metrics = 4;

    [Fact]
    public void Wear_IsFound_WhenMostMetricsGrowAndStay()
    {
        (List<Anomaly> found, IDetector detector) = Run(600, cell => cell < 300 ? 1 : Math.Min(3, 1 + ((cell - 300) / 60.0)));

        Anomaly wear = Assert.Single(found);
        Assert.True(wear.IsRaised);
        Assert.Equal(-1, wear.Metric);
        Assert.InRange((wear.EventTime - DetectorRun.Start).TotalSeconds / 10, 330, 370);
        Assert.Equal(DecisionVerdict.Active, detector.DecisionOf(-1)!.Verdict);
    }

    [Fact]
    public void Steady_IsQuiet_AndSoAreBurstsThatPass()
    {
        // Six of ten cells at five times the normal: loud, but not lasting.
        Assert.Empty(Run(1_000, _ => 1).Found);
        Assert.Empty(Run(1_000, cell => cell > 300 && cell % 10 < 6 ? 5 : 1).Found);
        Assert.Empty(Run(1_000, cell => cell is > 300 and < 309 ? 20 : 1).Found);
    }

    [Fact]
    public void Counters_AndSetPoints_AreNotWear()
    {
        IDetector detector = DetectorRun.Create("health", 6);
        List<Anomaly> found = [];
        Noise noise = new(3);
        for (int cell = 0; cell < 2_000; cell++)
        {
            double[] row = [noise.Next(10), noise.Next(10), noise.Next(10), cell, cell * 7.5, cell < 500 ? 0 : 100];
            Observe(detector, cell, row, found);
        }

        Assert.Empty(found);
        Assert.Equal(DecisionVerdict.Quiet, detector.DecisionOf(-1)!.Verdict);
    }

    [Fact]
    public void StandingStill_DoesNotHeal()
    {
        List<Anomaly> found = [];
        IDetector detector = DetectorRun.Create("health", Metrics);
        Noise noise = new(5);
        for (int cell = 0; cell < 900; cell++)
        {
            bool isIdle = cell % 100 >= 50;
            double level = isIdle ? 1 : cell < 600 ? 10 : 25;
            double[] row = [.. Enumerable.Range(0, Metrics).Select(_ => level * noise.Next(1, 0.02))];
            Observe(detector, cell, row, found, isIdle ? "idle" : "running");
        }

        Assert.True(Assert.Single(found).IsRaised);
    }

    [Fact]
    public void Wear_Ends_AfterTheRepair()
    {
        List<Anomaly> found = Run(900, cell => cell is > 300 and < 600 ? 3 : 1).Found;

        Assert.Equal([true, false], found.Select(finding => finding.IsRaised));
    }

    [Fact]
    public void Counterfactual_DoesNotFire()
    {
        double[][] rows = Rows(400, cell => cell < 300 ? 1 : 1.75);
        Anomaly wear = Observe(rows).Single();
        Assert.True(wear.CounterfactualIsUpper);

        // The finding is dated at the end of its cell.
        int at = (int)((wear.EventTime - DetectorRun.Start).TotalSeconds / 10) - 1;
        Assert.Equal(rows[at][wear.CounterfactualMetric], wear.Contributions.First(c => c.Metric == wear.CounterfactualMetric).Observed);
        rows[at][wear.CounterfactualMetric] = wear.CounterfactualValue!.Value;
        Assert.DoesNotContain(Observe(rows[..(at + 2)]), finding => finding.EventTime == wear.EventTime);
    }

    [Fact]
    public void Forecast_FindsTheCrossing_OfASteadyGrowth()
    {
        // ln grows by 0.001 per cell from cell 200 on: the limit of 0.5 is reached at about cell 700 (the scale is the beginning's size).
        IDetector detector = DetectorRun.Create("health", Metrics);
        List<Anomaly> found = [];
        Noise noise = new(9);
        for (int cell = 0; cell < 600; cell++)
        {
            double factor = Math.Exp(Math.Max(0, cell - 200) * 0.001);
            Observe(detector, cell, [.. Enumerable.Range(0, Metrics).Select(_ => 10 * factor * noise.Next(1, 0.01))], found);
        }

        ComponentForecast forecast = ((IForecasts)detector).Forecast()!;

        Assert.Empty(found);
        Assert.Equal(("alert", 0.5), (forecast.Crosses, forecast.Limit));
        double p50 = (forecast.P50!.Value - DetectorRun.Start).TotalSeconds / 10;
        Assert.InRange(p50, 600, 720);
        Assert.True(forecast.P10 <= forecast.P50 && forecast.P50 <= forecast.P90);
        Assert.True(forecast.TrendPerHour > 0);
    }

    private static (List<Anomaly> Found, IDetector Detector) Run(int cells, Func<int, double> factor)
    {
        IDetector detector = DetectorRun.Create("health", Metrics);
        List<Anomaly> found = [];
        double[][] rows = Rows(cells, factor);
        for (int cell = 0; cell < cells; cell++)
        {
            Observe(detector, cell, rows[cell], found);
        }

        return (found, detector);
    }

    private static List<Anomaly> Observe(double[][] rows)
    {
        IDetector detector = DetectorRun.Create("health", Metrics);
        List<Anomaly> found = [];
        for (int cell = 0; cell < rows.Length; cell++)
        {
            Observe(detector, cell, rows[cell], found);
        }

        return found;
    }

    private static double[][] Rows(int cells, Func<int, double> factor)
    {
        Noise noise = new(1);
        return [.. Enumerable.Range(0, cells).Select(cell =>
            Enumerable.Range(0, Metrics).Select(_ => 10 * factor(cell) * noise.Next(1, 0.02)).ToArray())];
    }

    private static void Observe(IDetector detector, int cell, double[] row, List<Anomaly> found, string state = "running")
    {
        DateTimeOffset at = DetectorRun.Start.AddSeconds(cell * 10);
        for (int metric = 0; metric < row.Length; metric++)
        {
            detector.Observe(new Observation(metric, at, row[metric], default), new DetectionContext(state, at), found);
        }
    }

    [Fact]
    public void Learn_GoesOn_WhenTheAssetStoodStillAtFirst()
    {
        IDetector detector = DetectorRun.Create("health", Metrics);
        List<Anomaly> found = [];
        Noise noise = new(5);
        for (int cell = 0; cell < 1_200; cell++)
        {
            // Connected while switched off: every metric says the same for long, one flickers.
            double level = cell < 400 ? 0 : cell < 800 ? 10 : 30;
            double[] row = [.. Enumerable.Range(0, Metrics).Select(i => level == 0 ? (i == 0 ? cell % 2 : 0) : level * noise.Next(1, 0.02))];
            Observe(detector, cell, row, found);
        }

        Anomaly wear = Assert.Single(found);
        Assert.True(wear.IsRaised);
        Assert.InRange((wear.EventTime - DetectorRun.Start).TotalSeconds / 10, 800, 830);
    }
}
