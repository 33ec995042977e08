using Millwright.Core.Detection;

namespace Millwright.Core.Prognosis;

public sealed class RemainingLifeDetectorTests
{
    private const double Warning = 20;
    private static readonly Lazy<FleetModel> Model = new(() => FleetModel.Learn(
        SyntheticFleet.Layout, SyntheticFleet.Units(40, 1), new FleetOptions { Ceiling = 60, Rounds = 40, UsesAge = false }));

    /// <summary>Metrics of the twin in another order than the model's columns.</summary>
    private static readonly int[] Columns = [5, 4, 3, 2, 1, 0];

    [Fact]
    public void EndOfLife_IsFoundBeforeTheFailure_AndEndsWhenTheUnitIsRenewed()
    {
        FleetHistory unit = SyntheticFleet.Units(1, 123)[0];
        RemainingLifeDetector detector = Create();
        List<Anomaly> found = [];
        Observe(detector, unit, 0, found, _ => { });

        Anomaly end = Assert.Single(found);
        double left = unit.Ages[^1] - (end.EventTime - DetectorRun.Start).TotalHours - 1;
        Assert.True(end.IsRaised);
        Assert.InRange(left, 2, 40);
        Assert.Equal(end.Score, end.Contributions.Sum(entry => entry.Share), 1e-6);
        Assert.True(end.Score >= end.Threshold);
        Assert.Equal("failure", end.Forecast!.Crosses);

        Observe(detector, SyntheticFleet.Units(1, 55)[0], unit.Count, found, _ => { }, rows: 5);
        Assert.False(found[1].IsRaised);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void Forecast_TellsAgeAndTime_ByTheUnitsOwnPace()
    {
        FleetHistory unit = SyntheticFleet.Units(1, 123)[0];
        RemainingLifeDetector detector = Create();
        Assert.Null(detector.Forecast());
        Observe(detector, unit, 0, [], _ => { }, rows: unit.Count - 5);

        ComponentForecast forecast = detector.Forecast()!;

        Assert.Equal(("remaining-life", "hours"), (forecast.Kind, forecast.RemainingUnit));
        RemainingLife life = forecast.Remaining!.Value;

        // A row is an hour of age and comes each hour.
        Assert.Equal(life.Expected, (forecast.P50!.Value - forecast.At).TotalHours, 3);
        Assert.Equal(life.P90, (forecast.P90!.Value - forecast.At).TotalHours, 3);
    }

    [Fact]
    public void Restore_ChangesNothing_AfterEverySample()
    {
        FleetHistory unit = SyntheticFleet.Units(1, 7)[0];
        List<Anomaly> expected = [];
        List<Anomaly> actual = [];
        RemainingLifeDetector straight = Create();
        Observe(straight, unit, 0, expected, _ => { });

        RemainingLifeDetector restored = Create();
        Observe(restored, unit, 0, actual, detector => DetectorRun.Restore(detector, DetectorRun.Bytes(detector)));

        Assert.Equal(DetectorRun.Bytes(straight), DetectorRun.Bytes(restored));
        Assert.Equal(expected.Select(f => (f.IsRaised, f.EventTime, f.Score)), actual.Select(f => (f.IsRaised, f.EventTime, f.Score)));
    }

    private static RemainingLifeDetector Create() =>
        new(new DetectorIdentity("remaining-life", RemainingLifeDetector.Kind, "1"), Columns, Model.Value, Warning);

    private static void Observe(
        RemainingLifeDetector detector, FleetHistory unit, int firstHour, List<Anomaly> found, Action<IDetector> after, int rows = 1_000)
    {
        for (int row = 0; row < Math.Min(rows, unit.Count); row++)
        {
            DateTimeOffset at = DetectorRun.Start.AddHours(firstHour + row);
            double[] values = [unit.Ages[row], .. unit.Row(row, SyntheticFleet.Layout.Width)];
            for (int column = values.Length - 1; column >= 0; column--)
            {
                detector.Observe(new Observation(Columns[column], at, values[column], default), new DetectionContext("running", at), found);
                after(detector);
            }
        }
    }
}
