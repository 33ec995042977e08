using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: how worn a unit is shows in where its metrics are, where they are going, and how far they have come since it was new.
///
/// Method: of each metric's scores (see <see cref="Regimes"/>) the means over the last 5, 10 and 30 rows, the slopes over the last 30 and
/// 100 (as change over that many rows), and how far the mean over 10 is from the mean over the unit's own first 20 rows. Over fewer rows
/// while there are no more. The age of the unit comes last.
///
/// Trap: two units of a fleet differ when new by more than wear changes them in half a life. Without the distance from its own beginning a
/// unit that was built with a large gap looks worn all its life.
/// </summary>
public sealed class WearFeatures
{
    /// <summary>Beyond it squares overflow.</summary>
    internal const double LargestValue = 1e100;

    private const int Reach = 100;
    private const int Beginning = 20;
    private const int LeastForSlope = 8;
    private const int PerMetric = 6;
    private static readonly int[] MeanRows = [5, 10, 30];
    private static readonly int[] SlopeRows = [30, Reach];

    private readonly Regimes regimes;
    private readonly int metrics;
    private readonly bool usesAge;
    private readonly double[] ring;
    private readonly double[] beginning;
    private int count;
    private int next;
    private int beginningRows;

    internal WearFeatures(Regimes regimes, FleetLayout layout, bool usesAge)
    {
        this.regimes = regimes;
        this.usesAge = usesAge;
        metrics = layout.Metrics.Length;
        ring = new double[Reach * metrics];
        beginning = new double[metrics];
    }

    /// <summary>NaN before the first row.</summary>
    public double Age { get; private set; } = double.NaN;

    public int Length => (metrics * PerMetric) + 1;

    public void Observe(double age, ReadOnlySpan<double> row)
    {
        Span<double> scores = ring.AsSpan(next * metrics, metrics);
        regimes.Score(row, scores);
        next = (next + 1) % Reach;
        count = Math.Min(count + 1, Reach);
        Age = age;
        if (beginningRows < Beginning)
        {
            beginningRows++;
            for (int i = 0; i < metrics; i++)
            {
                beginning[i] += (scores[i] - beginning[i]) / beginningRows;
            }
        }
    }

    public void Write(Span<double> features)
    {
        int place = 0;
        for (int metric = 0; metric < metrics; metric++)
        {
            double middle = 0;
            foreach (int rows in MeanRows)
            {
                double mean = Mean(metric, Math.Min(rows, count));
                middle = rows == 10 ? mean : middle;
                features[place++] = mean;
            }

            foreach (int rows in SlopeRows)
            {
                features[place++] = Slope(metric, Math.Min(rows, count)) * rows;
            }

            features[place++] = middle - beginning[metric];
        }

        features[place] = usesAge ? Age : 0;
    }

    internal void Save(StateWriter writer)
    {
        writer.Double(Age);
        writer.Int32(count);
        writer.Int32(next);
        writer.Int32(beginningRows);
        writer.Doubles(ring);
        writer.Doubles(beginning);
    }

    internal void Restore(StateReader reader)
    {
        Age = reader.Double();
        count = reader.Int32();
        next = reader.Int32();
        beginningRows = reader.Int32();
        double[] rows = reader.Doubles();
        double[] first = reader.Doubles();
        bool isPlaced = count is >= 0 and <= Reach && next is >= 0 and < Reach && beginningRows is >= 0 and <= Beginning;
        if (!isPlaced || rows.Length != ring.Length || first.Length != metrics || !rows.Concat(first).All(double.IsFinite))
        {
            throw new StateFormatException("The rows of a unit do not fit its fleet's model.");
        }

        rows.CopyTo(ring, 0);
        first.CopyTo(beginning, 0);
    }

    private double Back(int metric, int rowsAgo) => ring[((next - 1 - rowsAgo + Reach) % Reach * metrics) + metric];

    private double Mean(int metric, int rows)
    {
        double sum = 0;
        for (int ago = 0; ago < rows; ago++)
        {
            sum += Back(metric, ago);
        }

        return sum / rows;
    }

    private double Slope(int metric, int rows)
    {
        if (rows < LeastForSlope)
        {
            return 0;
        }

        double middle = (rows - 1) / 2.0;
        double sum = 0;
        for (int ago = 0; ago < rows; ago++)
        {
            sum += (middle - ago) * Back(metric, ago);
        }

        // The sum of squares of 0 … n-1 about their middle.
        return sum / (rows * (((double)rows * rows) - 1) / 12);
    }
}
