using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage;

public sealed class PointMergeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The first block alone fills the answer; the second, sealed later, begins within it.</summary>
    [Theory]
    [InlineData(60, 29.5)]
    [InlineData(60, 58.5)]
    [InlineData(10, 4.5)]
    [InlineData(10, 8.5)]
    public void LateBlock_BehindAFullOne_IsRead(int limit, double late)
    {
        ImmutableArray<HistoryPoint> points = Read(limit, [0, late], out int read);

        Assert.Equal(2, read);
        Assert.Equal(limit, points.Length);
        Assert.Contains(points, point => point.Value == 1);
    }

    [Fact]
    public void BlockBehindTheLastPoint_IsNotRead()
    {
        Read(60, [0, 60, 120], out int read);

        Assert.Equal(1, read);
    }

    private static ImmutableArray<HistoryPoint> Read(int limit, double[] firsts, out int read)
    {
        var merge = new PointMerge(Start, Start.AddDays(1), limit);
        read = 0;
        foreach (double first in firsts)
        {
            if (merge.IsFullBefore(Start.AddSeconds(first)))
            {
                break;
            }

            merge.Add(Block(first), new MinuteDecoder(read++));
        }

        return merge.ToImmutable();
    }

    private static HistoryBlock Block(double first) => new()
    {
        Metric = "a", First = Start.AddSeconds(first), Last = Start.AddSeconds(first + 59), Count = 60, Data = default,
        Sequence = 1, Hash = default,
    };

    private sealed class MinuteDecoder(int value) : IHistoryDecoder
    {
        public void Decode(HistoryBlock block, List<HistoryPoint> into)
        {
            into.AddRange(Enumerable.Range(0, 60).Select(i => new HistoryPoint
            {
                EventTime = block.First.AddSeconds(i), Value = value, Quality = SampleQuality.Good,
            }));
        }
    }
}
