using Millwright.Core.Watermarks;

namespace Millwright.Grains.Tests.Core.Watermarks;

public sealed class ReorderBufferTests
{
    [Fact]
    public void Take_GoesByEventTime_ThenByMetric()
    {
        var buffer = new ReorderBuffer();
        foreach ((long ticks, int metric) in new[] { (5L, 1), (3L, 2), (5L, 0), (1L, 9) })
        {
            buffer.Add(new HeldSample(ticks, metric, 0, null));
        }

        List<(long, int)> taken = [];
        while (buffer.TryTakeBefore(6, out HeldSample sample))
        {
            taken.Add((sample.Ticks, sample.Metric));
        }

        Assert.Equal([(1L, 9), (3L, 2), (5L, 0), (5L, 1)], taken);
    }

    [Fact]
    public void TryTakeBefore_HoldsTheInstantOfTheWatermark()
    {
        var buffer = new ReorderBuffer();
        buffer.Add(new HeldSample(5, 0, 0, null));

        Assert.False(buffer.TryTakeBefore(5, out _));
        Assert.True(buffer.TryTakeBefore(6, out _));
    }
}
