using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// Intuition: something is new when nothing like it was ever seen. How far is far is learned too: from how far the new usually lay from the
/// known.
///
/// Method: the values seen so far, sorted, thinned to a bounded number. The gap of a value is its distance to the nearest of them, and its
/// rarity the logarithm of 1 + gap over the root mean square of all gaps so far. No shape of distribution is assumed: several levels, a
/// skew or a few discrete values are only sets of known values.
///
/// Trap: gaps become small as values become many, so a bar that fell for ever would at last call every new record rare. Its divisor
/// therefore stops to grow. What was seen once is known from then on: a fault that returns to the same values is not new.
///
/// Source: nearest-neighbour distance as a score of outliers (Ramaswamy, Rastogi and Shim 2000), in one dimension and online.
/// </summary>
internal sealed class KnownValues
{
    /// <summary>Most values kept. Between neighbours lies then about a 256th of the range: finer gaps are no news.</summary>
    public const int Capacity = 256;

    private const int SmallestCapacity = 16;

    /// <summary>The gaps' root mean square is that of this many values at most.</summary>
    private const int Memory = 8_192;

    /// <summary>Rounding of means and deviations stays below this share of the value; a gap that small is none.</summary>
    private const double Rounding = 1e-9;

    /// <summary>A gap this many times the usual is as rare as it gets. After standing still the usual gap is zero.</summary>
    private const double LargestRatio = 100;

    private double[] values = new double[SmallestCapacity];
    private int count;
    private int seen;
    private double squares;
    private double resolution;

    /// <summary>How many were learned, counted up to where it no longer matters.</summary>
    public int Seen => seen;

    public ReadOnlySpan<double> Values => values.AsSpan(0, count);

    /// <summary>The value itself while none is known.</summary>
    public double NearestTo(double value) => NearestTo(value, PlaceOf(value));

    /// <summary>0 for what is known, 0.3 for a gap of the usual size, at most 2.</summary>
    public double RarityOf(double value, int warmup)
    {
        double gap = seen < warmup ? 0 : GapOf(value, PlaceOf(value));
        if (gap == 0)
        {
            return 0;
        }

        double usual = Math.Sqrt(squares / seen);
        return Math.Log10(1 + (gap < LargestRatio * usual ? gap / usual : LargestRatio));
    }

    public void Learn(double value)
    {
        int place = PlaceOf(value);
        double gap = GapOf(value, place);
        squares += gap * gap;
        seen = Math.Min(seen + 1, Memory);
        if (count > 0 && gap <= resolution)
        {
            return;
        }

        if (count == values.Length)
        {
            // One place more than the capacity: a value enters before the closest two make room.
            Array.Resize(ref values, Math.Min(2 * count, Capacity + 1));
        }

        Array.Copy(values, place, values, place + 1, count - place);
        values[place] = value;
        count++;
        if (count > Capacity)
        {
            Thin();
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(seen);
        writer.Double(squares);
        writer.Double(resolution);
        writer.Doubles(Values);
    }

    public static KnownValues Restore(StateReader reader)
    {
        int seen = reader.Int32();
        double squares = reader.Double();
        double resolution = reader.Double();
        double[] stored = reader.Doubles();
        if (seen is < 0 or > Memory || !(squares >= 0) || !(resolution >= 0) || stored.Length > Capacity || !IsSorted(stored))
        {
            throw new StateFormatException("Stored known values are not sorted numbers.");
        }

        KnownValues known = new() { seen = seen, squares = squares, resolution = resolution, count = stored.Length };
        known.values = new double[Math.Clamp(2 * stored.Length, SmallestCapacity, Capacity + 1)];
        stored.CopyTo(known.values, 0);
        return known;
    }

    private static bool IsSorted(double[] stored)
    {
        for (int i = 0; i < stored.Length; i++)
        {
            if (!double.IsFinite(stored[i]) || (i > 0 && !(stored[i - 1] < stored[i])))
            {
                return false;
            }
        }

        return true;
    }

    private double NearestTo(double value, int place)
    {
        if (place == 0)
        {
            return count == 0 ? value : values[0];
        }

        bool isBelowNearer = place == count || value - values[place - 1] <= values[place] - value;
        return isBelowNearer ? values[place - 1] : values[place];
    }

    private double GapOf(double value, int place)
    {
        double gap = Math.Abs(value - NearestTo(value, place));
        return gap <= Rounding * Math.Abs(value) ? 0 : gap;
    }

    /// <summary>The first known value that is not below.</summary>
    private int PlaceOf(double value)
    {
        // Halves without a branch on the data: a measurement falls anywhere, so a processor would guess every second turn wrong.
        int low = 0;
        int length = count;
        while (length > 1)
        {
            int half = length / 2;
            low = values[low + half - 1] < value ? low + half : low;
            length -= half;
        }

        return length == 1 && values[low] < value ? low + 1 : low;
    }

    /// <summary>
    /// Of the two closest values the one goes that leaves the smaller hole; the outermost stay, they are the edge of the known. From then
    /// on a value as close to a known one as these two adds nothing: with time nearly all samples cost a search only.
    /// </summary>
    private void Thin()
    {
        int closest = 0;
        double distance = double.MaxValue;
        for (int i = 0; i + 1 < count; i++)
        {
            if (values[i + 1] - values[i] < distance)
            {
                distance = values[i + 1] - values[i];
                closest = i;
            }
        }

        bool isUpperGoing = closest == 0
            || (closest + 2 < count && values[closest + 2] - values[closest + 1] < values[closest] - values[closest - 1]);
        int going = isUpperGoing ? closest + 1 : closest;
        resolution = distance;
        Array.Copy(values, going + 1, values, going, count - going - 1);
        count--;
    }
}
