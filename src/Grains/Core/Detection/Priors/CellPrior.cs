using Millwright.Core.Peers;
using Millwright.Core.State;

namespace Millwright.Core.Detection.Priors;

/// <summary>
/// Judges cells of several metrics in one operating state by the peers, while the own baseline still learns. The distance is T² by the
/// peers' correlations and each metric's scale as <see cref="PriorLevel"/> has it; the levels of assets are taken as independent of each
/// other, since a handful of peers has no covariance. The score is T² over the χ² of one in a thousand, drawn up by what is usual
/// here: 1 means what it means for the kinds that adopt it.
/// </summary>
internal sealed class CellPrior : CellBaseline
{
    /// <summary>
    /// What one or two assets do together is not yet what such assets do: on bearings with one peer each, every shock of their own was an
    /// alarm.
    /// </summary>
    public const int FewestPeers = 3;

    /// <summary>Share by which correlations are drawn towards none: those of few peers, rounded, need not be a covariance's.</summary>
    private const double Shrinkage = 0.05;

    private readonly PriorLevel[] levels;
    private readonly double[] correlations;
    private readonly JointDistance distance;
    private readonly double[] covariance;
    private readonly double[] expected;
    private readonly double oneInThousand;
    private UsualLevel usual;
    private PriorTrial trial;
    private double toScore;

    private CellPrior(string state, int peers, PriorLevel[] levels, double[] correlations)
    {
        State = state;
        Peers = peers;
        this.levels = levels;
        this.correlations = correlations;
        int metrics = levels.Length;
        distance = new JointDistance(metrics);
        covariance = new double[metrics * metrics];
        expected = new double[metrics];
        oneInThousand = JointDistance.OneInThousand(metrics);
    }

    public string State { get; }

    public int Peers { get; }

    public bool IsRefuted => trial.IsFailed;

    public bool MayLearn => trial.MayLearn;

    public bool IsTrusted => trial.IsPassed;

    /// <summary>Of the own baseline, as the detector has it; the prior itself is never warm.</summary>
    public double OwnWarmup { get; set; }

    public override double Warmup => OwnWarmup;

    /// <param name="places">For each metric of the detector its place among the figures.</param>
    public static CellPrior Of(PriorFigures figures, ReadOnlySpan<int> places)
    {
        PriorLevel[] levels = new PriorLevel[places.Length];
        double[] correlations = new double[places.Length * places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            levels[i] = new PriorLevel(figures.Metrics[places[i]]);
            for (int j = 0; j <= i; j++)
            {
                correlations[(i * places.Length) + j] = figures.Correlation(places[i], places[j]);
            }
        }

        return new CellPrior(figures.State, figures.Peers, levels, correlations);
    }

    public override bool TryScore(ReadOnlySpan<double> cell, out double score)
    {
        score = 0;
        int metrics = levels.Length;
        for (int i = 0; i < metrics; i++)
        {
            expected[i] = levels[i].Level;
            for (int j = 0; j < i; j++)
            {
                covariance[(i * metrics) + j] =
                    (1 - Shrinkage) * correlations[(i * metrics) + j] * levels[i].Spread * levels[j].Spread;
            }

            covariance[(i * metrics) + i] =
                Math.Max(levels[i].Scale * levels[i].Scale, RobustScale.AbsoluteFloor * RobustScale.AbsoluteFloor);
        }

        if (!distance.TryMeasure(covariance, expected, cell))
        {
            return false;
        }

        toScore = 1 / (oneInThousand * usual.Value);
        score = distance.Squared * toScore;
        if (score > Finding.MaxScore)
        {
            toScore *= Finding.MaxScore / score;
            score = Finding.MaxScore;
        }

        return true;
    }

    public override double Expected(int position) => expected[position];

    public override double Share(int position) => distance.Share(position) * toScore;

    public override bool TryMoveInside(ReadOnlySpan<double> cell, int position, double limit, out double value)
    {
        bool isThere = distance.TryMoveInside(position, limit / toScore, out double shift);
        value = cell[position] + shift;
        return isThere;
    }

    public void Try(bool isBeyond) => trial.Add(isBeyond);

    public override void Learn(ReadOnlySpan<double> cell, bool isOut)
    {
        if (isOut)
        {
            return;
        }

        // Of T² over the χ² of one in ten: one where theory holds, more where cells wander, as the kinds have it.
        usual.Learn(distance.Squared / oneInThousand * JointDistance.TailPerUsual(levels.Length));
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i].Learn(cell[i], OwnWarmup);
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Text(State);
        writer.Int32(Peers);
        foreach (PriorLevel level in levels)
        {
            level.Save(writer);
        }

        writer.Doubles(correlations);
        writer.Double(OwnWarmup);
        usual.Save(writer);
        trial.Save(writer);
    }

    public static CellPrior Restored(StateReader reader, int metrics)
    {
        (string state, int peers) = (reader.Text() ?? "", reader.Int32());
        PriorLevel[] levels = new PriorLevel[metrics];
        for (int i = 0; i < metrics; i++)
        {
            levels[i] = PriorLevel.Restore(reader);
        }

        double[] correlations = new double[metrics * metrics];
        Read(reader, correlations);
        return new CellPrior(state, peers, levels, correlations)
        {
            OwnWarmup = reader.Double(),
            usual = UsualLevel.Restore(reader),
            trial = PriorTrial.Restore(reader),
        };
    }

    public override void Restore(StateReader reader) =>
        throw new NotSupportedException("A prior is made by its stored form, which names its state.");
}
