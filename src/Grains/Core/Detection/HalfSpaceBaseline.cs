using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>Ranges, mass profiles and the usual score of one operating state; <see cref="HalfSpaceDetector"/> says what for.</summary>
internal sealed class HalfSpaceBaseline : CellBaseline
{
    /// <summary>Scores that must have been seen before their tail is believed.</summary>
    private const int Calibration = 128;
    private const int CalibrationMemory = 512;

    /// <summary>Windows after which their number is no longer of interest: two and the calibration, at the smallest window.</summary>
    private const int Rounds = 4;

    /// <summary>From the mean of a bell curve to the value that one in ten exceeds.</summary>
    private const double GaussianDecile = 1.2816;

    /// <summary>Smallest deviation of the score it believes in, in bits.</summary>
    private const double SmallestTail = 0.05;

    private readonly HalfSpaceForest forest;
    private readonly HalfSpaceParameters parameters;
    private readonly double[] low;
    private readonly double[] high;
    private readonly double[] means;
    private readonly double[] usual;
    private readonly double[] bits;
    private readonly double[] trial;
    private readonly double[] trialBits;
    private readonly double[] places;
    private readonly ushort[] profile;
    private readonly ushort[] gathering;
    private SortedWindow scores = new(CalibrationMemory);
    private int cells;
    private double skipped;
    private double tail = 1;

    public HalfSpaceBaseline(HalfSpaceForest forest, HalfSpaceParameters parameters)
    {
        this.forest = forest;
        this.parameters = parameters;
        low = new double[forest.Metrics];
        high = new double[forest.Metrics];
        means = new double[forest.Metrics];
        usual = new double[forest.Metrics];
        bits = new double[forest.Metrics];
        trial = new double[forest.Metrics];
        trialBits = new double[forest.Metrics];
        places = new double[forest.Metrics];
        profile = new ushort[forest.Trees * forest.Nodes];
        gathering = new ushort[forest.Trees * forest.Nodes];
    }

    public override double Warmup => (double)cells / ((2 * parameters.Window) + Calibration);

    private bool HasProfile => cells >= 2 * parameters.Window;

    public override bool TryScore(ReadOnlySpan<double> cell, out double score)
    {
        score = 0;
        if (!HasProfile)
        {
            return false;
        }

        Descend(cell, bits);
        if (scores.Count < Calibration)
        {
            return false;
        }

        tail = Math.Max((scores.Quantile(0.9) - scores.Quantile(0.5)) / GaussianDecile, SmallestTail);
        score = Score(bits);
        return true;
    }

    public override double Expected(int position) => means[position];

    public override double Share(int position) => (bits[position] - usual[position]) / tail;

    public override bool TryMoveInside(ReadOnlySpan<double> cell, int position, double limit, out double value)
    {
        // The score has steps and no slope, so what is named is tried: as near to what was observed as one of a few values.
        const int Tries = 8;
        value = 0;
        for (int part = 1; part <= Tries; part++)
        {
            cell.CopyTo(trial);
            value = cell[position] + ((means[position] - cell[position]) * ((double)part / Tries));
            trial[position] = value;
            Descend(trial, trialBits);
            if (Score(trialBits) < limit)
            {
                return true;
            }
        }

        return false;
    }

    public override void Learn(ReadOnlySpan<double> cell, bool isOut)
    {
        if (isOut && !IsLearnedAnyway())
        {
            return;
        }

        if (cells < parameters.Window)
        {
            Widen(cell);
        }
        else
        {
            Count(cell);
            Calibrate(isOut);
        }

        double weight = Math.Max(1.0 / (cells + 1), 1.0 / parameters.Window);
        for (int i = 0; i < means.Length; i++)
        {
            means[i] += weight * (cell[i] - means[i]);
        }

        cells = Wrapped(cells + 1);
        if (cells == parameters.Window)
        {
            Spread();
        }
        else if (cells > parameters.Window && cells % parameters.Window == 0)
        {
            gathering.CopyTo(profile, 0);
            Array.Clear(gathering);
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Int32(cells);
        writer.Double(skipped);
        writer.Doubles(low);
        writer.Doubles(high);
        writer.Doubles(means);
        writer.Doubles(usual);
        scores.Save(writer);
        for (int node = 0; node < profile.Length; node++)
        {
            writer.Int32((profile[node] << 16) | gathering[node]);
        }
    }

    public override void Restore(StateReader reader)
    {
        cells = reader.Int32();
        skipped = reader.Double();
        Read(reader, low);
        Read(reader, high);
        Read(reader, means);
        Read(reader, usual);
        scores = SortedWindow.Restore(reader, CalibrationMemory);
        if (cells < 0)
        {
            throw new StateFormatException("A forest has seen less than nothing.");
        }

        for (int node = 0; node < profile.Length; node++)
        {
            int both = reader.Int32();
            profile[node] = (ushort)((both >> 16) & ushort.MaxValue);
            gathering[node] = (ushort)(both & ushort.MaxValue);
        }

        cells = Wrapped(cells);
        if (gathering[0] > parameters.Window)
        {
            // Of a version whose count stood still one day, and the next profile was gathered for ever.
            Array.Clear(gathering);
            cells -= cells % parameters.Window;
        }
    }

    /// <summary>
    /// What counts is that the warm-up is over and how full the next profile is: a number that ends somewhere would never renew it again.
    /// </summary>
    private int Wrapped(int count) => count < (Rounds + 1) * parameters.Window
        ? count
        : (Rounds * parameters.Window) + (count % parameters.Window);

    /// <summary>Of the cells that fire every so many is learned, by count: chance would not replay.</summary>
    private bool IsLearnedAnyway()
    {
        skipped += parameters.Guard;
        if (skipped < 1)
        {
            return false;
        }

        skipped -= 1;
        return true;
    }

    private double Score(double[] of)
    {
        double sum = 0;
        for (int i = 0; i < of.Length; i++)
        {
            sum += (of[i] - usual[i]) / tail;
        }

        return Math.Clamp(sum, -Finding.MaxScore, Finding.MaxScore);
    }

    private void Widen(ReadOnlySpan<double> cell)
    {
        for (int i = 0; i < low.Length; i++)
        {
            low[i] = cells == 0 ? cell[i] : Math.Min(low[i], cell[i]);
            high[i] = cells == 0 ? cell[i] : Math.Max(high[i], cell[i]);
        }
    }

    /// <summary>A metric that stood still in the first window gets a range to be outside of.</summary>
    private void Spread()
    {
        for (int i = 0; i < low.Length; i++)
        {
            double least = Math.Max(parameters.MinScale * Math.Max(Math.Abs(low[i]), Math.Abs(high[i])), RobustScale.AbsoluteFloor);
            double missing = Math.Max(0, least - (high[i] - low[i])) / 2;
            low[i] -= missing;
            high[i] += missing;
        }
    }

    private void Count(ReadOnlySpan<double> cell)
    {
        Place(cell);
        for (int tree = 0; tree < forest.Trees; tree++)
        {
            int node = 0;
            gathering[tree * forest.Nodes]++;
            for (int level = 0; level < forest.Levels; level++)
            {
                node = Child(tree, node);
                gathering[(tree * forest.Nodes) + node]++;
            }
        }
    }

    private void Calibrate(bool isOut)
    {
        if (!HasProfile || isOut)
        {
            return;
        }

        // Measured already, before it was learned.
        double sum = 0;
        double weight = 1.0 / Math.Min(scores.Count + 1, CalibrationMemory);
        for (int i = 0; i < bits.Length; i++)
        {
            usual[i] += weight * (bits[i] - usual[i]);
            sum += bits[i];
        }

        scores.Add(0, sum);
    }

    /// <summary>Bits of surprise by metric, the mean over the trees.</summary>
    private void Descend(ReadOnlySpan<double> cell, double[] target)
    {
        Array.Clear(target);
        Place(cell);
        int few = Math.Max(1, parameters.Window / 10);
        for (int tree = 0; tree < forest.Trees; tree++)
        {
            int node = 0;
            int mass = profile[tree * forest.Nodes];
            for (int level = 0; level < forest.Levels && mass >= few; level++)
            {
                int child = Child(tree, node);
                int entered = profile[(tree * forest.Nodes) + child];

                // One point more everywhere, so that an empty half is surprising and not infinitely so.
                double surprise = forest.Logarithm(mass + 1) - forest.Logarithm((2 * entered) + 1);
                target[forest.MetricOf(tree, node)] += surprise / forest.Trees;
                (node, mass) = (child, entered);
            }
        }
    }

    private void Place(ReadOnlySpan<double> cell)
    {
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (cell[i] - low[i]) / (high[i] - low[i]);
        }
    }

    private int Child(int tree, int node) =>
        (2 * node) + (places[forest.MetricOf(tree, node)] < forest.CutAt(tree, node) ? 1 : 2);
}
