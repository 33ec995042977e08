using static Millwright.Grains.Tests.Core.Windows.WindowRuns;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class SessionTests
{
    private const double Tick = 1e-7;

    [Fact]
    public void Session_StaysOpen_OverAPauseOfExactlyTheGap()
    {
        var issued = new WindowHarness(Time(), Session(10)).Run(Sample(0), Sample(10, 2), Sample(20, 4));

        Assert.Equal(["0..30.0000001 r1 n3 s7"], Lines(issued));
    }

    [Fact]
    public void Session_Ends_OverAPauseOfATickMore()
    {
        var issued = new WindowHarness(Time(), Session(10)).Run(Sample(0), Sample(10 + Tick, 2));

        Assert.Equal(2, issued.Length);
        Assert.Equal((1L, 1L), (issued[0].Aggregate.Count, issued[1].Aggregate.Count));
    }

    [Fact]
    public void Sessions_Join_WhenASampleComesBetween()
    {
        var issued = new WindowHarness(Time(disorder: 60), Session(10)).Run(Sample(0), Sample(15, 2), Sample(8, 4));

        Assert.Equal(["0..25.0000001 r1 n3 s7"], Lines(issued));
    }

    [Fact]
    public void LateSample_JoinsIssuedSessions_AndRetractsTheSecond()
    {
        var issued = new WindowHarness(Time(lateness: 100), Session(10)).Run(Sample(0), Sample(15, 2), Sample(60), Sample(8, 4));

        Assert.Equal(
            ["0..10.0000001 r1 n1 s1", "15..25.0000001 r1 n1 s2", "15..25.0000001 r2 n0 s0 retracted", "0..25.0000001 r2 n3 s7", "60..70.0000001 r1 n1 s1"],
            Lines(issued));
    }

    [Fact]
    public void LateSample_BeforeTheFirst_RetractsTheOldStart()
    {
        var issued = new WindowHarness(Time(lateness: 100), Session(10)).Run(Sample(20), Sample(60), Sample(15, 4));

        Assert.Equal(
            ["20..30.0000001 r1 n1 s1", "20..30.0000001 r2 n0 s0 retracted", "15..30.0000001 r2 n2 s5", "60..70.0000001 r1 n1 s1"], Lines(issued));
    }

    [Fact]
    public void Sessions_AreBounded()
    {
        var samples = Enumerable.Range(0, 1000).Select(i => Sample(i * 3)).ToArray();

        var issued = new WindowHarness(Time(disorder: 3600), Session(1)).Run(samples);

        Assert.Equal(1000, issued.Length);
    }
}
