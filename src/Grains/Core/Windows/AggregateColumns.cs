using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Aggregates of consecutive windows, stored by column as history is: neighbours resemble each other, and a snapshot with hundreds of
/// panes shrinks to less than half. Bit for bit, so that a restored twin goes on exactly as it was.
/// </summary>
internal static class AggregateColumns
{
    private const int Columns = 7;

    /// <param name="aggregates">Not empty ones, ascending and disjoint in time.</param>
    public static void Save(StateWriter writer, ReadOnlySpan<WindowAggregate> aggregates)
    {
        var bits = new BitWriter(32 + (aggregates.Length * 32));
        long[] times = new long[aggregates.Length];
        double[] values = new double[aggregates.Length];
        Span<double> row = stackalloc double[Columns];
        for (int i = 0; i < aggregates.Length; i++)
        {
            bits.Varint((ulong)aggregates[i].Count);
            times[i] = aggregates[i].FirstTicks;
        }

        TimeStream.Write(bits, times);
        for (int i = 0; i < aggregates.Length; i++)
        {
            bits.Varint((ulong)(aggregates[i].LastTicks - aggregates[i].FirstTicks));
        }

        for (int column = 0; column < Columns; column++)
        {
            for (int i = 0; i < aggregates.Length; i++)
            {
                aggregates[i].CopyTo(row);
                values[i] = row[column];
            }

            ValueStream.Write(bits, values);
        }

        writer.Int32(aggregates.Length);
        writer.Bytes(bits.Written);
    }

    public static WindowAggregate[] Restore(StateReader reader, int maximum)
    {
        int count = reader.Int32();
        byte[] data = reader.Bytes();
        if (count < 0 || count > maximum)
        {
            throw new StateFormatException($"{count} windows are out of bounds.");
        }

        var bits = new BitReader(data);
        long[] counts = new long[count];
        long[] times = new long[count];
        long[] lengths = new long[count];
        double[] columns = new double[count * Columns];
        ReadLongs(ref bits, counts);
        TimeStream.Read(ref bits, times);
        ReadLongs(ref bits, lengths);
        for (int column = 0; column < Columns; column++)
        {
            ValueStream.Read(ref bits, columns.AsSpan(column * count, count));
        }

        bits.End();
        return Assemble(counts, times, lengths, columns);
    }

    private static WindowAggregate[] Assemble(long[] counts, long[] times, long[] lengths, double[] columns)
    {
        int count = counts.Length;
        var aggregates = new WindowAggregate[count];
        Span<double> row = stackalloc double[Columns];
        for (int i = 0; i < count; i++)
        {
            if (lengths[i] > Ticks.Max - times[i])
            {
                throw new StateFormatException("A window ends after the calendar.");
            }

            for (int column = 0; column < Columns; column++)
            {
                row[column] = columns[(column * count) + i];
            }

            aggregates[i] = WindowAggregate.From(counts[i], times[i], times[i] + lengths[i], row);
        }

        return aggregates;
    }

    private static void ReadLongs(ref BitReader bits, Span<long> values)
    {
        foreach (ref long value in values)
        {
            ulong read = bits.Varint();
            value = read <= long.MaxValue ? (long)read : throw new StateFormatException("A count is out of range.");
        }
    }
}
