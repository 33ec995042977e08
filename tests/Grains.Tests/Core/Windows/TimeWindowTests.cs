using FsCheck.Fluent;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class TimeWindowTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(599, 0, 0)]
    [InlineData(600, 0, 600)]
    [InlineData(601, 0, 600)]
    [InlineData(-1, 0, -600)]
    [InlineData(-600, 0, -600)]
    [InlineData(-601, 0, -1200)]
    [InlineData(0, 150, -450)]
    [InlineData(149, 150, -450)]
    [InlineData(150, 150, 150)]
    [InlineData(-451, 150, -1050)]
    [InlineData(0, -50, -50)]
    [InlineData(549, -50, -50)]
    [InlineData(550, -50, 550)]
    [InlineData(-51, -50, -650)]
    public void Aligned_StartsAtTheGridCell_BeforeAndAfterTheEpoch(long instant, long offset, long start)
    {
        TimeWindow window = TimeWindow.Aligned(Epoch.AddTicks(instant), TimeSpan.FromTicks(600), TimeSpan.FromTicks(offset));

        Assert.Equal(start, (window.Start - Epoch).Ticks);
        Assert.Equal(start + 600, (window.End - Epoch).Ticks);
    }

    [Fact]
    public void Contains_IsHalfOpen_AtBothEdges()
    {
        var window = new TimeWindow(Epoch, Epoch.AddTicks(10));

        Assert.False(window.Contains(Epoch.AddTicks(-1)));
        Assert.True(window.Contains(Epoch));
        Assert.True(window.Contains(Epoch.AddTicks(9)));
        Assert.False(window.Contains(Epoch.AddTicks(10)));
    }

    [Fact]
    public void Aligned_Saturates_AtTheEndsOfTheCalendar()
    {
        TimeWindow last = TimeWindow.Aligned(DateTimeOffset.MaxValue, TimeSpan.FromDays(7), TimeSpan.Zero);
        TimeWindow first = TimeWindow.Aligned(DateTimeOffset.MinValue, TimeSpan.FromDays(7), TimeSpan.FromHours(5));

        Assert.Equal(DateTimeOffset.MaxValue, last.End);
        Assert.Equal(DateTimeOffset.MinValue, first.Start);
    }

    [Fact]
    public void Windows_Overlap_OnlyWhenTheyShareAnInstant()
    {
        var left = new TimeWindow(Epoch, Epoch.AddTicks(10));
        var touching = new TimeWindow(Epoch.AddTicks(10), Epoch.AddTicks(20));
        var sharing = new TimeWindow(Epoch.AddTicks(9), Epoch.AddTicks(20));

        Assert.False(left.Overlaps(touching));
        Assert.True(left.Overlaps(sharing));
        Assert.Equal(new TimeWindow(Epoch, Epoch.AddTicks(20)), left.Union(sharing));
    }

    [Fact]
    public void Aligned_HoldsItsInstant_ForAnySizeAndOffset() => Properties.Hold(
        from ticks in Gen.Choose(int.MinValue, int.MaxValue)
        from size in Gen.Choose(1, 1_000_000)
        from offset in Gen.Choose(-2_000_000, 2_000_000)
        select (ticks, size, offset),
        c =>
        {
            DateTimeOffset instant = Epoch.AddTicks(c.ticks);
            TimeWindow window = TimeWindow.Aligned(instant, TimeSpan.FromTicks(c.size), TimeSpan.FromTicks(c.offset));
            return window.Contains(instant) && window.Length.Ticks == c.size && ((window.Start - Epoch).Ticks - c.offset) % c.size == 0;
        });
}
