using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: an engine at take-off is hotter than at cruise and not sicker. A value means something only beside others from the same
/// regime of operation.
///
/// Method: the settings of the fleet, each scaled by its range, are grouped by k-means for k = 1, 2, … 8; the first k that leaves at most
/// one part in a hundred of the variance is taken. If none does, the settings do not fall into regimes and there is one. The first centre
/// is the row nearest to the mean, each further one the row farthest from its centre: no chance involved. Per regime and metric the
/// fleet's mean and standard deviation turn values into scores.
///
/// Trap: settings that only tremble (one regime, noise) must not be cut into eight. Noise never loses 99 % of its variance to eight
/// groups, set points do with exactly as many groups as there are.
///
/// Source: Lloyd (1982), seeding by farthest points after Gonzalez (1985).
/// </summary>
internal sealed class Regimes
{
    private const int Most = 8;
    private const double LeftOver = 0.01;
    private const int Turns = 25;

    private readonly int settings;
    private readonly int metrics;
    private readonly double[] scales;
    private readonly double[] centres;
    private readonly double[] means;
    private readonly double[] spreads;

    private Regimes(int settings, int metrics, double[] scales, double[] centres)
    {
        this.settings = settings;
        this.metrics = metrics;
        this.scales = scales;
        this.centres = centres;
        Count = settings == 0 ? 1 : centres.Length / settings;
        means = new double[Count * metrics];
        spreads = new double[Count * metrics];
    }

    public int Count { get; }

    public static Regimes Learn(FleetLayout layout, IReadOnlyList<FleetHistory> fleet)
    {
        int settings = layout.Settings.Length;
        double[] scales = Scales(fleet, settings, layout.Width);
        double[][] points = [.. fleet.SelectMany(unit =>
            Enumerable.Range(0, unit.Count).Select(row => Scaled(unit.Row(row, layout.Width), scales)))];
        Regimes regimes = new(settings, layout.Metrics.Length, scales, Centres(points, settings));
        regimes.LearnScores(fleet, layout.Width);
        return regimes;
    }

    public int Of(ReadOnlySpan<double> row)
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int regime = 0; regime < Count; regime++)
        {
            double distance = 0;
            for (int i = 0; i < settings; i++)
            {
                double away = (row[i] / scales[i]) - centres[(regime * settings) + i];
                distance += away * away;
            }

            if (distance < least)
            {
                least = distance;
                best = regime;
            }
        }

        return best;
    }

    /// <summary>The metrics of a row as scores of its regime. Beyond ten spreads a score says no more.</summary>
    public void Score(ReadOnlySpan<double> row, Span<double> scores)
    {
        int place = Of(row) * metrics;
        for (int i = 0; i < metrics; i++)
        {
            double spread = spreads[place + i];
            scores[i] = spread > 0 ? Math.Clamp((row[settings + i] - means[place + i]) / spread, -10, 10) : 0;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Doubles(scales);
        writer.Doubles(centres);
        writer.Doubles(means);
        writer.Doubles(spreads);
    }

    public static Regimes Restore(StateReader reader, FleetLayout layout)
    {
        double[] scales = reader.Doubles();
        double[] centres = reader.Doubles();
        int settings = layout.Settings.Length;
        if (scales.Length != settings || (settings == 0 ? centres.Length > 0 : centres.Length == 0 || centres.Length % settings != 0))
        {
            throw new StateFormatException("The regimes of a fleet model do not fit its layout.");
        }

        Regimes regimes = new(settings, layout.Metrics.Length, scales, centres);
        Fill(regimes.means, reader.Doubles());
        Fill(regimes.spreads, reader.Doubles());
        return regimes;
    }

    private static void Fill(double[] to, double[] from)
    {
        if (from.Length != to.Length || !from.All(double.IsFinite))
        {
            throw new StateFormatException("The regimes of a fleet model do not fit its layout.");
        }

        from.CopyTo(to, 0);
    }

    private static double[] Scales(IReadOnlyList<FleetHistory> fleet, int settings, int width)
    {
        double[] scales = new double[settings];
        for (int i = 0; i < settings; i++)
        {
            IEnumerable<double> values = fleet.SelectMany(unit => Enumerable.Range(0, unit.Count).Select(row => unit.Row(row, width)[i]));
            double range = values.Max() - values.Min();
            scales[i] = range > 0 ? range : 1;
        }

        return scales;
    }

    private static double[] Scaled(ReadOnlySpan<double> row, double[] scales)
    {
        double[] point = new double[scales.Length];
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = row[i] / scales[i];
        }

        return point;
    }

    private static double[] Centres(double[][] points, int settings)
    {
        double[] mean = new double[settings];
        Recentre(points, new int[points.Length], [mean]);
        double[][] one = [mean];
        double all = Assign(points, one, new int[points.Length]);
        for (int count = 1; count <= Most && all > 0; count++)
        {
            double[][] centres = Seeds(points, count, mean);
            int[] owners = new int[points.Length];
            double left = Assign(points, centres, owners);
            for (int turn = 0; turn < Turns; turn++)
            {
                Recentre(points, owners, centres);
                left = Assign(points, centres, owners);
            }

            if (left <= all * LeftOver)
            {
                return [.. centres.SelectMany(centre => centre)];
            }
        }

        return mean;
    }

    private static double[][] Seeds(double[][] points, int count, double[] mean)
    {
        List<double[]> seeds = [[.. points.MinBy(point => Squared(point, mean))!]];
        double[] nearest = [.. points.Select(point => Squared(point, seeds[0]))];
        while (seeds.Count < count)
        {
            int farthest = Array.IndexOf(nearest, nearest.Max());
            seeds.Add([.. points[farthest]]);
            for (int i = 0; i < points.Length; i++)
            {
                nearest[i] = Math.Min(nearest[i], Squared(points[i], seeds[^1]));
            }
        }

        return [.. seeds];
    }

    private static double Assign(double[][] points, double[][] centres, int[] owners)
    {
        double left = 0;
        for (int i = 0; i < points.Length; i++)
        {
            double least = double.PositiveInfinity;
            for (int centre = 0; centre < centres.Length; centre++)
            {
                double distance = Squared(points[i], centres[centre]);
                if (distance < least)
                {
                    least = distance;
                    owners[i] = centre;
                }
            }

            left += least;
        }

        return left;
    }

    private static void Recentre(double[][] points, int[] owners, double[][] centres)
    {
        int[] counts = new int[centres.Length];
        double[][] sums = [.. centres.Select(centre => new double[centre.Length])];
        for (int i = 0; i < points.Length; i++)
        {
            counts[owners[i]]++;
            for (int j = 0; j < points[i].Length; j++)
            {
                sums[owners[i]][j] += points[i][j];
            }
        }

        for (int centre = 0; centre < centres.Length; centre++)
        {
            for (int j = 0; j < centres[centre].Length && counts[centre] > 0; j++)
            {
                centres[centre][j] = sums[centre][j] / counts[centre];
            }
        }
    }

    private static double Squared(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double away = a[i] - b[i];
            sum += away * away;
        }

        return sum;
    }

    private void LearnScores(IReadOnlyList<FleetHistory> fleet, int width)
    {
        long[] counts = new long[Count];
        foreach (FleetHistory unit in fleet)
        {
            for (int row = 0; row < unit.Count; row++)
            {
                Learn(unit.Row(row, width), counts);
            }
        }

        // Until here the spreads hold sums of squares (Welford).
        for (int i = 0; i < spreads.Length; i++)
        {
            double spread = Math.Sqrt(spreads[i] / Math.Max(1, counts[i / metrics]));
            spreads[i] = spread > 1e-9 * Math.Abs(means[i]) ? spread : 0;
        }
    }

    private void Learn(ReadOnlySpan<double> row, long[] counts)
    {
        int regime = Of(row);
        counts[regime]++;
        for (int i = 0; i < metrics; i++)
        {
            int place = (regime * metrics) + i;
            double away = row[settings + i] - means[place];
            means[place] += away / counts[regime];
            spreads[place] += away * (row[settings + i] - means[place]);
        }
    }
}
