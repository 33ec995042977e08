using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Watermarks;

public sealed class LatenessTests
{
    private static readonly TimeWindow Minute = new(Moments.At(0), Moments.At(60));

    [Theory]
    [InlineData(-1, 100, Punctuality.OnTime)]
    [InlineData(0, 100, Punctuality.Late)]
    [InlineData(99, 100, Punctuality.Late)]
    [InlineData(100, 100, Punctuality.Dropped)]
    [InlineData(101, 100, Punctuality.Dropped)]
    [InlineData(-1, 0, Punctuality.OnTime)]
    [InlineData(0, 0, Punctuality.Dropped)]
    public void Classify_FollowsTheLaw_AtEachBoundary(long watermarkAfterEnd, long allowed, Punctuality expected)
    {
        DateTimeOffset watermark = Minute.End.AddTicks(watermarkAfterEnd);

        Assert.Equal(expected, Lateness.Classify(Minute, watermark, TimeSpan.FromTicks(allowed)));
    }

    [Fact]
    public void Classify_DoesNotOverflow_ForTheWindowThatNeverEnds()
    {
        var endless = new TimeWindow(Moments.At(0), DateTimeOffset.MaxValue);

        Assert.Equal(Punctuality.OnTime, Lateness.Classify(endless, Moments.At(60), TimeSpan.MaxValue));
        Assert.Equal(Punctuality.Late, Lateness.Classify(endless, DateTimeOffset.MaxValue, TimeSpan.MaxValue));
    }
}
