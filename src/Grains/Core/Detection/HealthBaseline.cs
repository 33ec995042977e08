using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// An asset's own beginning in one operating state: per metric the median of its first cells and a scale on which to measure how far it has
/// moved since. Afterwards the newest changes, to tell what lasts.
/// </summary>
internal sealed class HealthBaseline(int metrics, int warmup, int hold)
{
    /// <summary>A deviation counts in units of the beginning's size or of so many of its spreads, whichever is larger.</summary>
    private const double Spreads = 3;

    /// <summary>A metric moved e³ − 1 = 19 times its scale says no more.</summary>
    private const double LargestChange = 3;
    private const double GaussianQuartileRange = 1.349;

    private readonly double[] centres = new double[metrics];

    /// <summary>0: the metric is not judged.</summary>
    private readonly double[] scales = new double[metrics];
    private readonly double[] recent = new double[hold];
    private double[] beginning = [];
    private int learned;
    private int recentCount;
    private int next;

    public bool IsLearned { get; private set; }

    public int Learned => learned;

    /// <summary>Metrics that are judged.</summary>
    public int Judged { get; private set; }

    public double CentreOf(int metric) => centres[metric];

    /// <summary>The share of one metric in the mean change.</summary>
    public double Change(int metric, double value)
    {
        double scale = scales[metric];
        return scale > 0 ? Math.Min(LargestChange, Math.Log(1 + (Math.Abs(value - centres[metric]) / scale))) / Judged : 0;
    }

    /// <summary>How far the metric may be away when its share is to be <paramref name="share"/>.</summary>
    public double ReachOf(int metric, double share) => scales[metric] * (Math.Exp(share * Judged) - 1);

    public double Change(ReadOnlySpan<double> cell)
    {
        double sum = 0;
        for (int i = 0; i < metrics; i++)
        {
            sum += Change(i, cell[i]);
        }

        return sum;
    }

    /// <summary>
    /// Adds a cell of the beginning. A beginning that is still on its way (its second half lies apart from its first) loses the first half
    /// and goes on: a machine that warms up is not yet what it will be compared with, and neither is one that was switched off.
    /// </summary>
    public void Learn(ReadOnlySpan<double> cell, double steady)
    {
        if (beginning.Length == 0)
        {
            beginning = new double[metrics * warmup];
        }

        cell.CopyTo(beginning.AsSpan(learned * metrics));
        if (++learned < warmup)
        {
            return;
        }

        int half = warmup / 2;
        double[] firsts = new double[metrics];
        double[] seconds = new double[metrics];
        Judged = 0;
        for (int i = 0; i < metrics; i++)
        {
            firsts[i] = Median(i, 0, half);
            seconds[i] = Median(i, half, warmup);
            Settle(i);
        }

        // Too few that move: the asset stood still, and this was not its beginning.
        if (Judged < HealthParameters.MinMetrics || Apart(firsts, seconds) > steady)
        {
            beginning.AsSpan(half * metrics).CopyTo(beginning);
            learned = warmup - half;
            return;
        }

        IsLearned = true;
        beginning = [];
    }

    public void Remember(double change)
    {
        recent[next] = change;
        next = (next + 1) % hold;
        recentCount = Math.Min(recentCount + 1, hold);
    }

    /// <summary>The change that all but one of the newest cells have reached; 0 while there are too few.</summary>
    public double Lasting()
    {
        if (recentCount < hold)
        {
            return 0;
        }

        double least = double.PositiveInfinity;
        double second = double.PositiveInfinity;
        foreach (double change in recent)
        {
            (least, second) = change < least ? (change, least) : (least, Math.Min(second, change));
        }

        return second;
    }

    /// <summary>The change that all but one of the newest cells have not exceeded.</summary>
    public double Most()
    {
        double most = 0;
        double second = 0;
        foreach (double change in recent)
        {
            (most, second) = change > most ? (change, most) : (most, Math.Max(second, change));
        }

        return second;
    }

    public void Save(StateWriter writer)
    {
        writer.Boolean(IsLearned);
        writer.Int32(learned);
        writer.Int32(Judged);
        writer.Doubles(centres);
        writer.Doubles(scales);
        writer.Doubles(recent);
        writer.Int32(recentCount);
        writer.Int32(next);
        writer.Doubles(beginning.AsSpan(0, IsLearned ? 0 : learned * metrics));
    }

    public static HealthBaseline Restore(StateReader reader, int metrics, int warmup, int hold)
    {
        HealthBaseline baseline = new(metrics, warmup, hold)
        {
            IsLearned = reader.Boolean(),
            learned = reader.Int32(),
            Judged = reader.Int32(),
        };
        Fill(baseline.centres, reader.Doubles());
        Fill(baseline.scales, reader.Doubles());
        Fill(baseline.recent, reader.Doubles());
        baseline.recentCount = reader.Int32();
        baseline.next = reader.Int32();
        double[] cells = reader.Doubles();
        int expected = baseline.IsLearned ? 0 : baseline.learned * metrics;
        if (baseline.learned < 0 || baseline.learned > warmup || cells.Length != expected
            || baseline.next < 0 || baseline.next >= hold || baseline.recentCount < 0 || baseline.recentCount > hold)
        {
            throw new StateFormatException("The beginning that a detector of wear has stored does not fit its parameters.");
        }

        if (baseline.IsLearned && baseline.Judged < HealthParameters.MinMetrics)
        {
            // Of a version that took standing still for a beginning, and then never judged.
            (baseline.IsLearned, baseline.learned) = (false, 0);
        }

        if (cells.Length > 0)
        {
            baseline.beginning = new double[metrics * warmup];
            cells.CopyTo(baseline.beginning, 0);
        }

        return baseline;
    }

    private static void Fill(double[] to, double[] from)
    {
        if (from.Length != to.Length || !from.All(double.IsFinite))
        {
            throw new StateFormatException("The beginning that a detector of wear has stored does not fit its parameters.");
        }

        from.CopyTo(to, 0);
    }

    private double Apart(double[] firsts, double[] seconds)
    {
        double sum = 0;
        for (int i = 0; i < metrics; i++)
        {
            sum += scales[i] > 0 ? Math.Log(1 + (Math.Abs(firsts[i] - seconds[i]) / scales[i])) / Judged : 0;
        }

        return sum;
    }

    private double Median(int metric, int from, int to)
    {
        double[] sorted = Sorted(metric, from, to);
        return sorted[sorted.Length / 2];
    }

    private double[] Sorted(int metric, int from, int to)
    {
        double[] values = new double[to - from];
        for (int row = from; row < to; row++)
        {
            values[row - from] = beginning[(row * metrics) + metric];
        }

        Array.Sort(values);
        return values;
    }

    private void Settle(int metric)
    {
        double[] sorted = Sorted(metric, 0, warmup);
        centres[metric] = sorted[warmup / 2];
        double spread = (sorted[warmup * 3 / 4] - sorted[warmup / 4]) / GaussianQuartileRange;
        double range = sorted[^1] - sorted[0];

        // What never moves is a set point or a flag, what only rises is a counter: neither tells of wear.
        bool isJudged = range > 0 && !OnlyRises(metric);
        scales[metric] = isJudged ? Math.Max(Math.Abs(centres[metric]), Spreads * (spread > 0 ? spread : range)) : 0;
        Judged += isJudged ? 1 : 0;
    }

    private bool OnlyRises(int metric)
    {
        for (int row = 1; row < warmup; row++)
        {
            if (beginning[(row * metrics) + metric] < beginning[((row - 1) * metrics) + metric])
            {
                return false;
            }
        }

        return true;
    }
}
