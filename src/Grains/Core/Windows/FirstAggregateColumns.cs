using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Aggregates as the first version stored them, with rounded sums. They become exact sums that round to the same figures; what comes after
/// is exact. Read only.
/// </summary>
internal static class FirstAggregateColumns
{
    // Sum, minimum, maximum, mean, squares of deviations, first, last.
    private const int Columns = 7;

    public static WindowAggregate[] Read(ref BitReader bits, int count)
    {
        long[] counts = new long[count];
        long[] times = new long[count];
        long[] lengths = new long[count];
        double[] columns = new double[count * Columns];
        AggregateColumns.ReadLongs(ref bits, counts);
        TimeStream.Read(ref bits, times);
        AggregateColumns.ReadLongs(ref bits, lengths);
        for (int column = 0; column < Columns; column++)
        {
            ValueStream.Read(ref bits, columns.AsSpan(column * count, count));
        }

        bits.End();
        var aggregates = new WindowAggregate[count];
        for (int i = 0; i < count; i++)
        {
            if (counts[i] < 1 || lengths[i] > Ticks.Max - times[i]
                || !double.IsFinite(columns[i]) || !double.IsFinite(columns[(4 * count) + i]))
            {
                throw new StateFormatException("A stored window cannot be.");
            }

            aggregates[i] = WindowAggregate.From(
                counts[i],
                (times[i], times[i] + lengths[i]),
                (columns[count + i], columns[(2 * count) + i]),
                (columns[(5 * count) + i], columns[(6 * count) + i]),
                ExactMoments.From(WideMoments.FromRounded(counts[i], columns[i], columns[(4 * count) + i])));
        }

        return aggregates;
    }
}
