using Millwright.Core.Watermarks;

namespace Millwright.Grains.Tests.Core.Watermarks;

public sealed class ReorderBufferTests
{
    [Fact]
    public void OldestInstant_GoesByEventTime_ThenByMetric()
    {
        var buffer = new ReorderBuffer();
        foreach ((long ticks, int metric) in new[] { (5L, 1), (3L, 2), (5L, 0), (1L, 9) })
        {
            buffer.Add(new HeldSample(ticks, metric, 0, null));
        }

        List<string> taken = [];
        while (buffer.IsDueBefore(6))
        {
            ReadOnlySpan<HeldSample> instant = buffer.OldestInstant;
            taken.Add($"{instant[0].Ticks}: {string.Join(",", instant.ToArray().Select(s => s.Metric))}");
            buffer.Remove(instant.Length);
        }

        Assert.Equal(["1: 9", "3: 2", "5: 0,1"], taken);
    }

    [Fact]
    public void IsDueBefore_HoldsTheInstantOfTheWatermark()
    {
        var buffer = new ReorderBuffer();
        buffer.Add(new HeldSample(5, 0, 0, null));

        Assert.False(buffer.IsDueBefore(5));
        Assert.True(buffer.IsDueBefore(6));
    }
}
