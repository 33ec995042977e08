using System.Buffers;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Tests.Core.Energy;

public sealed class MeterTests
{
    private static readonly TwinDefinition Press = new()
    {
        Metrics = [new MetricRule { Name = "power" }, new MetricRule { Name = "speed" }, new MetricRule { Name = "energy" }],
        States =
        [
            new OperatingStateRule { Name = "running", Conditions = [new ConditionRule(1, Comparison.Greater, 10)], IsRunning = true },
            new OperatingStateRule { Name = "idle", Conditions = [new ConditionRule(1, Comparison.LessOrEqual, 10)], IsIdle = true },
        ],
        Meters =
        [
            new MeterRule { Id = "rate", Metric = 0, MaxGap = TimeSpan.FromMinutes(2) },
            new MeterRule { Id = "register", Metric = 2, IsCounter = true, MaxGap = TimeSpan.FromMinutes(5) },
        ],
        Time = new TimeRule { MaxClockSkew = TimeSpan.FromDays(30) },
    };

    [Fact]
    public void Rate_IsIntegratedOverEventTime_AndSplitByState()
    {
        List<ClosedInterval> closed = Run((0, 1, 100), (0, 0, 36), (15, 1, 0), (60, 1, 0));

        ClosedInterval minute = Assert.Single(closed);
        Assert.Equal(Moments.At(0), minute.Start);
        Assert.Equal(["idle 0.450 45s", "running 0.150 15s"], Lines(minute));
        Assert.Equal(1, minute.Completeness);
    }

    [Fact]
    public void Rate_UsesTheValueThatHeld_NotTheNewOne()
    {
        ClosedInterval minute = Assert.Single(Run((0, 0, 36), (30, 0, 72), (60, 0, 1000)));

        Assert.Equal(["unknown 0.900 60s"], Lines(minute));
    }

    [Fact]
    public void Rate_HoldsOnlyForTheGap_AndSaysWhatIsMissing()
    {
        List<ClosedInterval> closed = Run((30, 0, 60), (600, 1, 5), (630, 0, 60), (660, 1, 5));

        Assert.Equal([0.5, 1.0, 0.5, 0.5], closed.Select(c => c.Completeness));
        Assert.Equal(Moments.At(600), closed[3].Start);
        Assert.Equal(2.5, closed.Sum(c => c.States.Sum(s => s.Quantity)), 9);
    }

    [Fact]
    public void Rate_IsIssuedAtTheEndOfEachMinute_ThoughOnlyOtherMetricsSpeak()
    {
        var engine = new TwinEngine(Press);
        var output = new TwinOutput();
        engine.Observe(Sample(0, 0, 60), output);

        List<int> issuedAt = [];
        for (int second = 1; second <= 130; second++)
        {
            engine.Observe(Sample(second, 1, 100), output);
            engine.CatchUp(output);
            issuedAt.AddRange(output.Consumption.Select(_ => second));
            output.Clear();
        }

        Assert.Equal([60, 120], issuedAt);
    }

    [Fact]
    public void Counter_SpreadsDifferences_OverTheStatesBetween()
    {
        List<ClosedInterval> closed = Run((0, 1, 100), (0, 2, 1000), (90, 1, 0), (120, 2, 1012), (121, 1, 0));

        Assert.Equal(2, closed.Count);
        Assert.Equal(["running 6.000 60s"], Lines(closed[0]));
        Assert.Equal(["idle 3.000 30s", "running 3.000 30s"], Lines(closed[1]));
    }

    [Fact]
    public void Counter_CountsFromZero_AfterAReset()
    {
        List<ClosedInterval> closed = Run((0, 2, 1000), (30, 2, 1004), (60, 2, 3));

        Assert.Equal(7, Assert.Single(closed).States.Sum(s => s.Quantity), 9);
    }

    [Fact]
    public void Counter_KeepsTheQuantity_OfAGapThatIsTooLong()
    {
        List<ClosedInterval> closed = Run((0, 2, 1000), (1830, 2, 1090), (1860, 2, 1091));

        ClosedInterval minute = Assert.Single(closed);
        Assert.Equal(Moments.At(1800), minute.Start);
        Assert.Equal(91, minute.States.Sum(s => s.Quantity), 9);
        Assert.Equal(0.5, minute.Completeness);
    }

    [Fact]
    public void Counter_IssuesTheIntervalAgain_WhenItsSampleCameLate()
    {
        // Another metric is ahead by more than the gap when the register speaks again: its first minute was out already.
        List<ClosedInterval> closed = Run((0, 2, 1000), (30, 2, 1004), (400, 1, 100), (320, 2, 1033), (380, 2, 1039));

        Assert.Equal([0, 60, 120, 180, 240, 300], closed.Select(c => (c.Start - Moments.Start).TotalSeconds));
        Assert.Equal(1, closed[0].Revision);
        Assert.Equal(4 + 3, closed[0].States.Sum(s => s.Quantity), 9);
        Assert.Equal(37, closed.Sum(c => c.States.Sum(s => s.Quantity)), 9);
    }

    /// <summary>
    /// The rewind goes back over places of the grid at which nothing was heard, and takes snapshots there: what was issued before them is
    /// older than any later rewind, but not than this one.
    /// </summary>
    [Fact]
    public void Intervals_CountOnce_WhenALateSampleFallsIntoAPause()
    {
        List<ClosedInterval> closed = Run((0, 0, 36), (60, 0, 36), (120, 0, 36), (180, 0, 36), (1800, 0, 36), (1530, 0, 36), (1860, 0, 36));

        Assert.Equal(closed.Select(c => c.Start).Distinct(), closed.Select(c => c.Start));
        Assert.Equal(36 * (300 + 120 + 60) / 3600.0, closed.Sum(c => c.States.Sum(s => s.Quantity)), 9);
    }

    [Fact]
    public void Totals_AreTheSame_WithSnapshotAndRestoreAfterEachStep()
    {
        var random = new Random(7);
        (double, int, double)[] input = [.. Enumerable.Range(0, 600).Select(i => (i * 7.3, random.Next(3), (double)random.Next(200)))];

        Assert.Equal(Run(input).Select(Lines), Run(restore: true, input).Select(Lines));
    }

    [Fact]
    public void Intervals_StandOnce_WhateverCameLate()
    {
        var random = new Random(11);

        // With pauses longer than two places of the grid, and late samples that fall into them.
        (double, int, double)[] input =
        [
            .. Enumerable.Range(0, 3000).Select(
                i => ((i * 11.3) + (i / 60 * 1500) - random.Next(i % 60 < 9 ? 280 : 90), random.Next(3), (double)random.Next(200))),
        ];

        List<ClosedInterval> closed = Run(input);

        Assert.True(closed.Count > 500);
        foreach (var meter in closed.GroupBy(c => c.Meter))
        {
            DateTimeOffset[] starts = [.. meter.Select(c => c.Start)];
            Assert.Equal(starts.Distinct().Order(), starts);
            Assert.All(meter, c => Assert.InRange(c.Completeness, 0, 1));
            Assert.All(meter, c => Assert.All(c.States, s => Assert.True(s.Quantity >= 0)));
        }
    }

    private static List<ClosedInterval> Run(params (double Seconds, int Metric, double Value)[] input) => Run(false, input);

    private static List<ClosedInterval> Run(bool restore, (double Seconds, int Metric, double Value)[] input)
    {
        var engine = new TwinEngine(Press);
        var output = new TwinOutput();
        foreach ((double seconds, int metric, double value) in input)
        {
            engine.Observe(Sample(seconds, metric, value), output);
            engine.CatchUp(output);
            if (restore)
            {
                var buffer = new ArrayBufferWriter<byte>();
                engine.Save(new StateWriter(buffer));
                engine = new TwinEngine(Press);
                engine.Restore(new StateReader(buffer.WrittenMemory));
            }
        }

        // Late samples issue an interval again: the highest revision is what stands.
        engine.CatchUp(output, force: true);
        List<ClosedInterval> net = [.. output.Consumption.GroupBy(c => (c.Meter, c.Start)).Select(g => g.MaxBy(c => c.Revision)!).Where(c => !c.States.IsEmpty)
            .OrderBy(c => c.Start)];

        // What receivers of each issue come to, who take out what it replaces.
        Assert.Equal(
            net.Sum(c => c.States.Sum(s => s.Quantity)),
            output.Consumption.Sum(c => c.States.Sum(s => s.Quantity) - c.Replaced.Sum(s => s.Quantity)), 6);
        return net;
    }

    private static TwinSample Sample(double seconds, int metric, double value) => new(metric, Moments.At(seconds), Moments.Start, value);

    private static string[] Lines(ClosedInterval interval) =>
        [.. interval.States.Select(s => FormattableString.Invariant($"{s.OperatingState} {s.Quantity:0.000} {s.Duration.TotalSeconds:0.#}s")).Order(StringComparer.Ordinal)];
}
