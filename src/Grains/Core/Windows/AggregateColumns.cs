using System.Runtime.InteropServices;
using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Aggregates of consecutive windows, stored by column as history is: neighbours resemble each other, and a snapshot with hundreds of
/// panes shrinks to less than half. Exactly, so that a restored twin goes on as it was. What the first and the last sample say, as all of
/// it is said by one or two, is not stored twice.
/// </summary>
internal static class AggregateColumns
{
    /// <summary>2: exact sums. 1 had them rounded, and the mean and the squares of deviations beside them.</summary>
    public const byte Version = 2;

    private const int Ends = 2;

    /// <param name="aggregates">Not empty ones, ascending and disjoint in time.</param>
    public static void Save(StateWriter writer, ReadOnlySpan<WindowAggregate> aggregates)
    {
        var bits = new BitWriter(32 + (aggregates.Length * 32));
        long[] times = new long[aggregates.Length];
        var firsts = new double[aggregates.Length];
        List<double> lasts = [];
        List<double> minima = [];
        List<double> maxima = [];
        for (int i = 0; i < aggregates.Length; i++)
        {
            ref readonly WindowAggregate aggregate = ref aggregates[i];
            bits.Varint((ulong)aggregate.Count);
            (times[i], firsts[i]) = (aggregate.FirstTicks, aggregate.First);
            if (aggregate.Count > 1)
            {
                lasts.Add(aggregate.Last);
            }

            if (aggregate.Count > Ends)
            {
                minima.Add(aggregate.Minimum);
                maxima.Add(aggregate.Maximum);
            }
        }

        TimeStream.Write(bits, times);
        ValueStream.Write(bits, firsts);
        ValueStream.Write(bits, CollectionsMarshal.AsSpan(lasts));
        ValueStream.Write(bits, CollectionsMarshal.AsSpan(minima));
        ValueStream.Write(bits, CollectionsMarshal.AsSpan(maxima));
        SaveLengthsAndMoments(bits, aggregates);
        writer.Int32(aggregates.Length);
        writer.Bytes(bits.Written);
    }

    /// <param name="version">Of the bytes.</param>
    public static WindowAggregate[] Restore(StateReader reader, int maximum, byte version)
    {
        int count = reader.Int32();
        byte[] data = reader.Bytes();
        if (count < 0 || count > maximum)
        {
            throw new StateFormatException($"{count} windows are out of bounds.");
        }

        var bits = new BitReader(data);
        if (version == 1)
        {
            return FirstAggregateColumns.Read(ref bits, count);
        }

        long[] counts = new long[count];
        long[] times = new long[count];
        ReadLongs(ref bits, counts);
        if (Array.Exists(counts, c => c < 1))
        {
            throw new StateFormatException("A stored window is empty.");
        }

        TimeStream.Read(ref bits, times);
        double[] firsts = new double[count];
        double[] lasts = new double[counts.Count(c => c > 1)];
        double[] minima = new double[counts.Count(c => c > Ends)];
        double[] maxima = new double[minima.Length];
        ValueStream.Read(ref bits, firsts);
        ValueStream.Read(ref bits, lasts);
        ValueStream.Read(ref bits, minima);
        ValueStream.Read(ref bits, maxima);
        var aggregates = new WindowAggregate[count];
        var moments = new MomentStream();
        int last = 0;
        int inner = 0;
        for (int i = 0; i < count; i++)
        {
            (long, long) ticks = (times[i], counts[i] == 1 ? times[i] : EndOf(ref bits, times[i]));
            double end = counts[i] > 1 ? lasts[last++] : firsts[i];
            if (counts[i] <= Ends)
            {
                aggregates[i].Add(ticks.Item1, firsts[i]);
                if (counts[i] == Ends)
                {
                    aggregates[i].Add(ticks.Item2, end);
                }

                continue;
            }

            aggregates[i] = WindowAggregate.From(
                counts[i], ticks, (minima[inner], maxima[inner]), (firsts[i], end), moments.Read(ref bits));
            inner++;
        }

        bits.End();
        return aggregates;
    }

    internal static void ReadLongs(ref BitReader bits, Span<long> values)
    {
        foreach (ref long value in values)
        {
            ulong read = bits.Varint();
            value = read <= long.MaxValue ? (long)read : throw new StateFormatException("A count is out of range.");
        }
    }

    private static void SaveLengthsAndMoments(BitWriter bits, ReadOnlySpan<WindowAggregate> aggregates)
    {
        var moments = new MomentStream();
        foreach (ref readonly WindowAggregate aggregate in aggregates)
        {
            if (aggregate.Count > 1)
            {
                bits.Varint((ulong)(aggregate.LastTicks - aggregate.FirstTicks));
            }

            if (aggregate.Count > Ends)
            {
                moments.Write(bits, aggregate.Moments);
            }
        }
    }

    private static long EndOf(ref BitReader bits, long first)
    {
        ulong length = bits.Varint();
        return length <= (ulong)(Ticks.Max - first)
            ? first + (long)length : throw new StateFormatException("A window ends after the calendar.");
    }
}
