namespace Millwright.Core.Prognosis;

public sealed class TrendTests
{
    private const double Reach = 1.2815515655446004;
    private const double HandP10 = 45.22867375404544;
    private const double HandP90 = 55.99956472261088;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Crossing_IsOnePoint_OnAnExactLine()
    {
        Trend trend = Of([.. Enumerable.Range(0, 10).Select(t => 0.1 + (0.01 * t))])!;

        (double? p10, double? p50, double? p90) = trend.Crossing(0.5, Reach);

        Assert.Equal(0.01, trend.SlopePerSecond, 12);
        Assert.Equal(40, p50!.Value, 6);
        Assert.Equal(40, p10!.Value, 3);
        Assert.Equal(40, p90!.Value, 3);
    }

    [Fact]
    public void Crossing_IsAsCalculatedByHand_WhenErrorsAreKnown()
    {
        // Errors that sum to zero and are square to time: slope 2, their squares sum to 8, so the variance is 8/6; neighbours do not agree.
        double[] errors = [1, -1, -1, 1, 1, -1, -1, 1];

        Trend trend = Of([.. errors.Select((error, t) => (2 * t) + error)])!;
        (double? p10, double? p50, double? p90) = trend.Crossing(100, Reach);

        Assert.Equal((3.5, 7.0), (trend.Middle, trend.Level));
        Assert.Equal(2, trend.SlopePerSecond, 12);
        Assert.Equal(8.0 / 6 / 8, trend.LevelVariance, 12);
        Assert.Equal(8.0 / 6 / 42, trend.SlopeVariance, 12);
        Assert.Equal(HandP10, p10!.Value, 9);
        Assert.Equal(50, p50!.Value, 9);
        Assert.Equal(HandP90, p90!.Value, 9);
    }

    [Fact]
    public void Crossing_HasNoEnd_WhenTheTrendCouldBeNone()
    {
        Trend level = Of([1, 3, 0, 4, 1, 3, 2, 2, 1, 3])!;
        Trend falling = Of([9, 8, 7, 6, 5, 4, 3, 2, 1])!;

        Assert.Null(level.Crossing(10, Reach).P90);
        Assert.Equal((null, null, null), falling.Crossing(10, Reach));
        Assert.Null(Of([1, 2, 3, 4, 5, 6, 7]));
    }

    [Fact]
    public void Series_KeepsItsMean_WhenNeighboursAreMerged()
    {
        TrendSeries series = new();
        for (int i = 0; i < 10_000; i++)
        {
            series.Add(Start.AddSeconds(i), i);
            Assert.InRange(series.Count, 0, TrendSeries.Capacity - 1);
        }

        Assert.True(series.Count >= TrendSeries.Capacity / 2);
        for (int i = 0; i < series.Count; i++)
        {
            Assert.Equal(series[i].Seconds, series[i].Level, 6);
        }

        int kept = Enumerable.Range(0, series.Count).Sum(i => series[i].Count);
        Assert.InRange(kept, 10_001 - series[0].Count, 10_000);
    }

    [Fact]
    public void Record_TellsInsideFromEarlierAndLater()
    {
        IntervalRecord record = new();
        record.Publish(1, Start.AddHours(1), Start.AddHours(2));
        record.Publish(1, Start.AddHours(4), Start.AddHours(5));
        record.Publish(1, Start.AddHours(2.5), Start.AddHours(3.5));
        record.Publish(2, Start.AddHours(9), Start.AddHours(12));

        record.Observe(Start.AddHours(2.1), 0.5);
        record.Observe(Start.AddHours(3), 1);

        Assert.Equal((1, 1, 1, 1), (record.Inside, record.Earlier, record.Later, record.Open));
        Assert.True(record.Reach > Reach, "two misses of three widen what comes next");
    }

    [Fact]
    public void Record_IsBounded_AndKeepsOldIntervals()
    {
        IntervalRecord record = new();
        for (int i = 0; i < 1_000; i++)
        {
            record.Publish(1, Start.AddHours(i), Start.AddYears(1));
        }

        Assert.InRange(record.Open, 1, 64);
        record.Observe(Start.AddHours(0.5), 1);
        Assert.Equal(1, record.Inside);
    }

    /// <summary>Lines with noise, seeded: the intervals hold about as often as they promise.</summary>
    [Fact]
    public void Intervals_HoldAsOftenAsTheyPromise_OnNoisyLines()
    {
        long inside = 0;
        long all = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            Detection.Noise noise = new(seed);
            WearTrend trend = new();
            double slope = 0.0005 * (1 + (seed % 5));
            double smooth = 0;
            for (int cell = 0; smooth < 1; cell++)
            {
                double level = (slope * cell) + noise.Next(0, 0.03);
                smooth = slope * cell;
                trend.Observe(Start.AddSeconds(cell * 60.0), level, smooth, 1);
            }

            ComponentForecast end = trend.Forecast("c", 1, "alert")!;
            inside += end.Inside;
            all += end.Inside + end.Earlier + end.Later;
        }

        Assert.True(all > 500, $"only {all} intervals");
        Assert.InRange((double)inside / all, 0.7, 0.95);
    }

    private static Trend? Of(double[] levels)
    {
        TrendSeries series = new();
        for (int i = 0; i < levels.Length; i++)
        {
            series.Add(Start.AddSeconds(i), levels[i]);
        }

        return Trend.Of(series);
    }
}
