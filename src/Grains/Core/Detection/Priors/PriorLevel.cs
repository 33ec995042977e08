using Millwright.Core.Peers;
using Millwright.Core.State;

namespace Millwright.Core.Detection.Priors;

/// <summary>
/// Intuition: of a new pump nobody knows where it will run, but its sisters run near 40, a few apart, and each keeps to its own level
/// within one. So the new one is likely between 35 and 45; and as soon as it has shown its level, within one of it.
///
/// Method: the level of an asset is drawn about the peers' centre with their spread (between), its samples about its level with theirs
/// (within). After n own samples the level is the mean of centre and samples, the centre weighing (within / between)² samples, which is
/// where the posterior of two normal distributions puts it. That weight never exceeds half of the warm-up, so that at its end the own
/// samples outweigh the peers by two to one, whatever the peers say. The spread is never below the peers' own.
///
/// Trap: samples that follow each other resemble each other, so own samples are worth less than their number. The spread of the peers was
/// taken over long stretches and is not narrowed by a few own samples that happen to lie together.
///
/// Source: shrinkage of a mean towards a group, James and Stein (1961), Efron and Morris (1975).
/// </summary>
internal sealed class PriorLevel
{
    /// <summary>Own samples are learned no further than this; they are then those of a warm-up of unusual length.</summary>
    private const int MaxCount = 1_000_000;

    private readonly double centre;
    private readonly double within;
    private readonly double between;
    private double mean;
    private double squares;

    private PriorLevel(double centre, double within, double between)
    {
        this.centre = centre;
        this.within = within;
        this.between = between;
        (Level, LevelVariance, Spread) = (centre, between * between, within);
    }

    public PriorLevel(in PriorMetric metric)
        : this(metric.Centre, metric.Within, metric.Between)
    {
    }

    public int Count { get; private set; }

    /// <summary>Where the asset's level is thought to be.</summary>
    public double Level { get; private set; }

    /// <summary>Squared standard deviation of the level about where it is thought to be.</summary>
    public double LevelVariance { get; private set; }

    /// <summary>Standard deviation of samples about the level.</summary>
    public double Spread { get; private set; }

    public double Scale => Math.Sqrt((Spread * Spread) + LevelVariance);

    /// <param name="warmup">Share of the own warm-up that is done, the sample included.</param>
    public void Learn(double value, double warmup)
    {
        if (Count >= MaxCount)
        {
            return;
        }

        Count++;
        double fromOld = value - mean;
        mean += fromOld / Count;
        squares += fromOld * (value - mean);
        double most = warmup > 0 ? Math.Max(1, Count / warmup / 2) : Count;
        double weight = between > 0 ? Math.Min(within / between * (within / between), most) : most;
        Level = ((weight * centre) + (Count * mean)) / (weight + Count);
        LevelVariance = between * between * (weight / (weight + Count));
        double pooled = Math.Sqrt(((most * within * within) + squares) / (most + Count));
        Spread = Math.Max(within, pooled);
    }

    public void Save(StateWriter writer)
    {
        writer.Double(centre);
        writer.Double(within);
        writer.Double(between);
        writer.Int32(Count);
        writer.Double(mean);
        writer.Double(squares);
        writer.Double(Level);
        writer.Double(LevelVariance);
        writer.Double(Spread);
    }

    public static PriorLevel Restore(StateReader reader)
    {
        PriorLevel level = new(reader.Double(), reader.Double(), reader.Double())
        {
            Count = reader.Int32(),
            mean = reader.Double(),
            squares = reader.Double(),
            Level = reader.Double(),
            LevelVariance = reader.Double(),
            Spread = reader.Double(),
        };
        return level.Count >= 0 && double.IsFinite(level.Level) && level.LevelVariance >= 0 && level.Spread > 0
            ? level
            : throw new StateFormatException("A stored prior is not a number.");
    }
}
