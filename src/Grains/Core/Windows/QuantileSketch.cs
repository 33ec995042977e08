using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Quantiles from counts in bins that get wider as values get larger, so that the error is relative. Mergeable, and a function of the
/// multiset of values: the order of arrival and the way of merging cannot show.
/// Method: DDSketch (Masson, Rim and Lee, VLDB 2019) with two changes. A bin is what the upper bits of a double say, an octave cut into 64
/// equal parts, instead of a logarithm: exact on every machine, and a shift. Where bins run out, all become twice as wide at once (Epicoco
/// et al., UDDSketch, IEEE Access 2020), instead of only the lowest: the width is the least for which they suffice, whatever came first.
/// The error of a quantile against the value of that rank is at most 1/129 (0.78 %) of it, 1/65 after one doubling, 1/33 after two.
/// The trap: widening cannot be undone. A sketch that also forgets values never widens; its bins are bounded by the values it has.
/// </summary>
internal sealed class QuantileSketch(bool canForget)
{
    /// <summary>Most bins of a sketch that does not forget: sixteen octaves of each sign at full resolution.</summary>
    internal const int MaxBins = 2048;

    /// <summary>Most values of a sketch that forgets.</summary>
    internal const int MaxHeld = WindowRule.MaxSamples;

    private const int ShiftToBin = 46;
    private const int MaxLevel = 17;
    private int[] keys = new int[8];
    private long[] counts = new long[8];
    private int last;
    private int level;

    public int Bins { get; private set; }

    public long Count { get; private set; }

    /// <summary>Bound of the relative error of a quantile.</summary>
    public double Error => level < 7 ? 1.0 / ((2 * (64 >> level)) + 1) : 1;

    /// <summary>The finest bins still suffice.</summary>
    public bool IsFinest => level == 0;

    /// <summary>Bytes held, arrays included.</summary>
    public int Size => 72 + (12 * keys.Length);

    public void Add(double value) => Add(KeyOf(value, level), 1);

    public void Remove(double value)
    {
        Invariant.Holds(canForget);
        int index = Find(KeyOf(value, level));
        Invariant.Holds(index >= 0);
        Count--;
        if (--counts[index] == 0)
        {
            Bins--;
            Array.Copy(keys, index + 1, keys, index, Bins - index);
            Array.Copy(counts, index + 1, counts, index, Bins - index);
        }
    }

    public void Merge(QuantileSketch other)
    {
        while (level < other.level)
        {
            Widen();
        }

        for (int i = 0; i < other.Bins; i++)
        {
            // A widening on the way is one that the whole would need too.
            Add(Wider(other.keys[i], level - other.level), other.counts[i]);
        }
    }

    /// <summary>The value of rank ⌈share × n⌉, within <see cref="Error"/> of it; 0 without values.</summary>
    public double Quantile(double share)
    {
        long rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(1, Count));
        long passed = 0;
        for (int i = 0; i < Bins; i++)
        {
            passed += counts[i];
            if (passed >= rank)
            {
                return ValueOf(keys[i], level);
            }
        }

        return 0;
    }

    public QuantileSketch Copy()
    {
        var copy = new QuantileSketch(canForget);
        copy.Merge(this);
        return copy;
    }

    public void Save(StateWriter writer)
    {
        writer.Byte((byte)level);
        writer.Int32(Bins);
        for (int i = 0; i < Bins; i++)
        {
            writer.Int32(keys[i]);
            writer.Int64(counts[i]);
        }
    }

    public static QuantileSketch Restore(StateReader reader, bool canForget)
    {
        var sketch = new QuantileSketch(canForget) { level = reader.Byte() };
        int bins = reader.Count(12);
        if (sketch.level > MaxLevel || bins > (canForget ? MaxHeld : MaxBins))
        {
            throw new StateFormatException($"A sketch of {bins} bins at level {sketch.level} cannot be.");
        }

        for (int i = 0; i < bins; i++)
        {
            int key = reader.Int32();
            long count = reader.Int64();
            if (count < 1 || (i > 0 && key <= sketch.keys[i - 1]))
            {
                throw new StateFormatException("The bins of a sketch are out of order.");
            }

            sketch.Add(key, count);
        }

        return sketch;
    }

    private static int KeyOf(double value, int level)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int place = (int)((bits & long.MaxValue) >> ShiftToBin);
        return Wider(bits < 0 ? -place : place, level);
    }

    /// <summary>Places 1 to 2^levels of a sign become 1, the next as many 2; 0 holds zero alone and stays.</summary>
    private static int Wider(int key, int levels) =>
        key == 0 || levels == 0 ? key : key > 0 ? ((key - 1) >> levels) + 1 : -(((-key - 1) >> levels) + 1);

    /// <summary>The value whose greatest relative distance to the bin's values is the least.</summary>
    private static double ValueOf(int key, int level)
    {
        if (key == 0)
        {
            return 0;
        }

        long first = ((long)(Math.Abs(key) - 1) << level) + 1;
        double low = BitConverter.Int64BitsToDouble(first << ShiftToBin);
        double high = BitConverter.Int64BitsToDouble((first + (1L << level)) << ShiftToBin);
        double middle = double.IsFinite(high) ? low + ((high - low) * (low / (low + high))) : low;
        return key > 0 ? middle : -middle;
    }

    private void Add(int key, long count)
    {
        Count += count;
        int index = Find(key);
        if (index >= 0)
        {
            counts[index] += count;
            return;
        }

        Insert(~index, key, count);
        while (!canForget && Bins > MaxBins)
        {
            Widen();
        }
    }

    private int Find(int key)
    {
        // Neighbours in time are neighbours in value.
        if (last < Bins && keys[last] == key)
        {
            return last;
        }

        int index = Array.BinarySearch(keys, 0, Bins, key);
        last = index >= 0 ? index : ~index;
        return index;
    }

    private void Insert(int index, int key, long count)
    {
        if (Bins == keys.Length)
        {
            Array.Resize(ref keys, Bins * 2);
            Array.Resize(ref counts, Bins * 2);
        }

        Array.Copy(keys, index, keys, index + 1, Bins - index);
        Array.Copy(counts, index, counts, index + 1, Bins - index);
        (keys[index], counts[index]) = (key, count);
        Bins++;
    }

    private void Widen()
    {
        int kept = 0;
        for (int i = 0; i < Bins; i++)
        {
            int key = Wider(keys[i], 1);
            if (kept > 0 && keys[kept - 1] == key)
            {
                counts[kept - 1] += counts[i];
            }
            else
            {
                (keys[kept], counts[kept]) = (key, counts[i]);
                kept++;
            }
        }

        Bins = kept;
        level++;
    }
}
