namespace Millwright.Core.Detection;

/// <summary>Mann-Kendall score and Theil-Sen line through a few dozen means; <see cref="TrendDetector"/> says what it is for.</summary>
/// <param name="Score">Size of the score, in standard deviations of no trend.</param>
/// <param name="Start">Of the line at the first mean.</param>
/// <param name="End">Of the line at the last mean.</param>
internal readonly record struct TrendFit(double Score, double Start, double End)
{
    public static TrendFit Of(ReadOnlySpan<long> places, ReadOnlySpan<double> means)
    {
        int count = means.Length;
        Span<double> slopes = stackalloc double[count * (count - 1) / 2];
        int votes = 0;
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                votes += Math.Sign(means[j] - means[i]);
                slopes[at++] = (means[j] - means[i]) / (places[j] - places[i]);
            }
        }

        double slope = Median(slopes);
        Span<double> rest = stackalloc double[count];
        Span<double> sorted = stackalloc double[count];
        for (int i = 0; i < count; i++)
        {
            rest[i] = means[i] - (slope * (places[i] - places[0]));
        }

        rest.CopyTo(sorted);
        double start = Median(sorted);
        double variance = Math.Max(Variance(means) * Inflation(rest, start), 1e-9);

        // One vote less, for the sum of votes moves in steps of two (continuity).
        double score = Math.Max(0, Math.Abs(votes) - 1) / Math.Sqrt(variance);
        return new TrendFit(score, start, start + (slope * (places[^1] - places[0])));
    }

    /// <summary>Of the sum of votes when there is no trend. Equal means do not vote, which takes their pairs out.</summary>
    private static double Variance(ReadOnlySpan<double> means)
    {
        Span<double> sorted = stackalloc double[means.Length];
        means.CopyTo(sorted);
        sorted.Sort();
        double variance = Term(means.Length);
        for (int i = 0, run; i < sorted.Length; i += run)
        {
            run = 1;
            while (i + run < sorted.Length && sorted[i + run] == sorted[i])
            {
                run++;
            }

            variance -= run > 1 ? Term(run) : 0;
        }

        return variance;
    }

    private static double Term(double count) => count * (count - 1) * ((2 * count) + 5) / 18;

    private static double Inflation(ReadOnlySpan<double> rest, double centre)
    {
        double together = 0;
        double spread = 0;
        for (int i = 0; i < rest.Length; i++)
        {
            double deviation = rest[i] - centre;
            spread += deviation * deviation;
            together += i > 0 ? deviation * (rest[i - 1] - centre) : 0;
        }

        double correlation = spread > 0 ? together / spread : 0;
        correlation = Math.Min(correlation + ((1 + (4 * correlation)) / rest.Length), 0.95);
        return correlation > 0 ? (1 + correlation) / (1 - correlation) : 1;
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] / 2) + (values[middle] / 2);
    }
}
