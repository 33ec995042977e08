using Millwright.Core.Twins;
using Millwright.Core.Windows;
using static Millwright.Grains.Tests.Core.Windows.WindowRuns;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class TumblingAndHoppingTests
{
    private const double Tick = 1e-7;

    [Fact]
    public void Tumbling_CutsAtTheBoundary_ToTheTick()
    {
        var issued = new WindowHarness(Time(), Tumbling(10)).Run(Sample(0), Sample(10 - Tick, 2), Sample(10, 4), Sample(20, 8));

        Assert.Equal(["0..10 r1 n2 s3", "10..20 r1 n1 s4", "20..30 r1 n1 s8"], Lines(issued));
    }

    [Theory]
    [InlineData(0, "0..10 r1 n2 s3")]
    [InlineData(3, "-7..3 r1 n1 s1")]
    [InlineData(-4, "-4..6 r1 n2 s3")]
    public void Tumbling_MovesWithItsOffset(double offset, string first)
    {
        var issued = new WindowHarness(Time(), Tumbling(10, offset)).Run(Sample(0), Sample(5, 2), Sample(40, 4));

        Assert.Equal(first, Lines(issued)[0]);
    }

    [Fact]
    public void Tumbling_WorksBeforeTheEpoch()
    {
        DateTimeOffset old = new(1955, 11, 5, 6, 0, 59, TimeSpan.Zero);
        var issued = new WindowHarness(Time(), Tumbling(10)).Run(
            new TwinSample(0, old, old, 1), new TwinSample(0, old.AddSeconds(1), old, 2), new TwinSample(0, old.AddSeconds(2), old, 4));

        Assert.Equal(old.AddSeconds(-9), issued[0].Start);
        Assert.Equal((1L, 2L), (issued[0].Aggregate.Count, issued[1].Aggregate.Count));
    }

    [Fact]
    public void Hopping_CountsEachSampleInSizeOverHopWindows()
    {
        var issued = new WindowHarness(Time(), Hopping(30, 10)).Run(Sample(5), Sample(17, 2), Sample(60, 4));

        Assert.Equal(
            ["-20..10 r1 n1 s1", "-10..20 r1 n2 s3", "0..30 r1 n2 s3", "10..40 r1 n1 s2", "40..70 r1 n1 s4", "50..80 r1 n1 s4", "60..90 r1 n1 s4"],
            Lines(issued));
    }

    [Fact]
    public void Hopping_SkipsEmptyWindows_OverAYearOfSilence()
    {
        var issued = new WindowHarness(Time(), Hopping(20, 1)).Run(Sample(0), Sample(365 * 86_400));

        Assert.Equal(40, issued.Length);
    }

    [Fact]
    public void LateSample_IssuesTheWindowAgain_WithTheNextRevision()
    {
        var issued = new WindowHarness(Time(lateness: 30), Tumbling(10)).Run(Sample(1), Sample(12), Sample(5, 2), Sample(6, 4));

        Assert.Equal(["0..10 r1 n1 s1", "0..10 r2 n2 s3", "0..10 r3 n3 s7", "10..20 r1 n1 s1"], Lines(issued));
    }

    [Fact]
    public void LateSample_GivesTheFirstRevision_WhenItsWindowWasEmpty()
    {
        var issued = new WindowHarness(Time(lateness: 30), Tumbling(10)).Run(Sample(25), Sample(5, 2), Sample(6, 4));

        Assert.Equal(["0..10 r1 n1 s2", "0..10 r2 n2 s6", "20..30 r1 n1 s1"], Lines(issued));
    }

    [Theory]
    [InlineData(39.9999999, true)]
    [InlineData(40, false)]
    public void LateSample_IsOutOfAWindow_OnceTheLatenessHasPassed(double watermark, bool isTaken)
    {
        var issued = new WindowHarness(Time(lateness: 30), Tumbling(10)).Run(Sample(1), Sample(watermark), Sample(5, 2));

        Assert.Equal(isTaken, Lines(issued).Contains("0..10 r2 n2 s3"));
    }

    [Fact]
    public void LateSample_AmendsOnlyTheClosedOnes_OfItsHoppingWindows()
    {
        var issued = new WindowHarness(Time(lateness: 100), Hopping(20, 10)).Run(Sample(12), Sample(22), Sample(13, 2));

        Assert.Equal(["0..20 r1 n1 s1", "0..20 r2 n2 s3", "10..30 r1 n3 s4", "20..40 r1 n1 s1"], Lines(issued));
    }

    [Fact]
    public void Completeness_IsTheShareOfExpectedGoodSamples()
    {
        var engine = new TwinEngine(new TwinDefinition
        {
            Metrics = [new MetricRule { Name = "a", ExpectedInterval = TimeSpan.FromSeconds(1), Maximum = 100 }],
            Windows = [Tumbling(10)],
        });
        var output = new TwinOutput();

        for (int second = 0; second < 8; second++)
        {
            engine.Observe(Sample(second, second < 5 ? 1 : 1000), output);
        }

        engine.Observe(Sample(10), output);

        Assert.Equal(0.5, Assert.Single(output.Windows).Completeness);
    }

    [Fact]
    public void Completeness_OfASession_CountsBothEnds()
    {
        var engine = new TwinEngine(new TwinDefinition
        {
            Metrics = [new MetricRule { Name = "a", ExpectedInterval = TimeSpan.FromSeconds(1) }],
            Windows = [Session(3)],
        });
        var output = new TwinOutput();

        foreach (double second in new[] { 0, 1, 3, 10 })
        {
            engine.Observe(Sample(second), output);
        }

        Assert.Equal(0.75, Assert.Single(output.Windows).Completeness);
    }

    [Fact]
    public void Panes_AreBounded_AndTheOldestAreIssuedFirst()
    {
        // A disorder of an hour over windows of a second would hold 3,600 panes.
        var engine = new TwinEngine(new TwinDefinition
        {
            Metrics = [new MetricRule { Name = "a" }],
            Windows = [Tumbling(1)],
            Time = Time(disorder: 3600),
        });
        var output = new TwinOutput();

        for (int second = 0; second < 3000; second++)
        {
            engine.Observe(Sample(second), output);
        }

        Assert.Equal(3000 - PaneWindows.MaxPanes, output.Windows.Count);
        Assert.Equal("0..1 r1 n1 s1", Lines(output.Windows)[0]);
        Assert.True(engine.HeldWindows() <= PaneWindows.MaxPanes + 61);

        // Its second has been forgotten, so its minute may not count it either.
        Assert.Equal(SampleFate.Dropped, engine.Observe(Sample(0.5), output));
    }
}
