namespace Millwright.Core.Peers;

/// <summary>
/// A bounded sample of a stream, evenly spread over it: every value while there is room; when there is none, every second kept one goes and
/// from then on only every second, fourth, … value is taken. By count and not by chance, so that it is the same each time.
/// </summary>
internal sealed class EvenSample
{
    public const int Capacity = 512;

    private readonly double[] values = new double[Capacity];
    private int kept;
    private long stride = 1;

    /// <summary>All values that came.</summary>
    public long Count { get; private set; }

    public void Add(double value)
    {
        if (Count++ % stride != 0)
        {
            return;
        }

        if (kept == Capacity)
        {
            for (int i = 0; i < Capacity / 2; i++)
            {
                values[i] = values[2 * i];
            }

            (kept, stride) = (Capacity / 2, stride * 2);
            if ((Count - 1) % stride != 0)
            {
                return;
            }
        }

        values[kept++] = value;
    }

    /// <summary>
    /// Median; the larger of the quartile range and the 10–90 % range as a standard deviation; and how far one in a hundred lies, on the
    /// longer side, as a standard deviation too. On a bell curve the two are the same.
    /// </summary>
    public (double Level, double Spread, double Tail) Measure()
    {
        double[] sorted = values[..kept];
        Array.Sort(sorted);
        double level = Quantile(sorted, 0.5);
        double quartiles = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.349;
        double deciles = (Quantile(sorted, 0.9) - Quantile(sorted, 0.1)) / 2.563;
        double longer = Math.Max(Quantile(sorted, 0.99) - level, level - Quantile(sorted, 0.01)) / 2.326;
        return (level, Math.Max(quartiles, deciles), Math.Max(longer, Math.Max(quartiles, deciles)));
    }

    /// <summary>Linear between neighbours.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        double place = (sorted.Length - 1) * share;
        int below = (int)place;
        double low = sorted[below];
        return below + 1 < sorted.Length ? low + ((sorted[below + 1] - low) * (place - below)) : low;
    }
}
