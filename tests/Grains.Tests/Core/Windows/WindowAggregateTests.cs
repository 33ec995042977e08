using FsCheck.Fluent;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class WindowAggregateTests
{
    [Fact]
    public void Add_GivesTheMomentsOfTheSample()
    {
        WindowAggregate aggregate = Of([2, 4, 4, 4, 5, 5, 7, 9]);

        Assert.Equal(8, aggregate.Count);
        Assert.Equal(40, aggregate.Sum);
        Assert.Equal(5, aggregate.Mean, 12);
        Assert.Equal(2, aggregate.StandardDeviation, 12);
        Assert.Equal((2, 9, 2, 9), (aggregate.Minimum, aggregate.Maximum, aggregate.First, aggregate.Last));
    }

    [Fact]
    public void Variance_KeepsItsDigits_WhenValuesAreLargeAndClose()
    {
        WindowAggregate aggregate = Of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]);

        Assert.Equal(22.5, aggregate.Variance, 9);
    }

    [Fact]
    public void FirstAndLast_GoByEventTime_NotByArrival()
    {
        WindowAggregate aggregate = default;

        aggregate.Add(Moments.At(5), 50);
        aggregate.Add(Moments.At(9), 90);
        aggregate.Add(Moments.At(1), 10);

        Assert.Equal((10, 90), (aggregate.First, aggregate.Last));
    }

    [Fact]
    public void Merge_EqualsAddingOneByOne_WhereverItIsCut() => Properties.Hold(
        from values in Gen.Choose(-10_000, 10_000).NonEmptyListOf()
        from cut in Gen.Choose(0, values.Count)
        select (Values: values.Select(v => v / 8.0).ToArray(), Cut: cut),
        c =>
        {
            WindowAggregate merged = Of(c.Values[..c.Cut]);
            merged.Merge(Of(c.Values[c.Cut..], c.Cut));
            WindowAggregate whole = Of(c.Values);
            return merged.Count == whole.Count && merged.Sum == whole.Sum && merged.First == whole.First && merged.Last == whole.Last
                && merged.Minimum == whole.Minimum && merged.Maximum == whole.Maximum
                && Math.Abs(merged.Mean - whole.Mean) < 1e-9 && Math.Abs(merged.Variance - whole.Variance) < 1e-6;
        });

    private static WindowAggregate Of(double[] values, int from = 0)
    {
        WindowAggregate aggregate = default;
        for (int i = 0; i < values.Length; i++)
        {
            aggregate.Add(Moments.At(from + i), values[i]);
        }

        return aggregate;
    }
}
