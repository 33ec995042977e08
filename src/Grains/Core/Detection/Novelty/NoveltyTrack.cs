using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// Intuition: an episode begins when a metric does what it never did: a value, a level, a restlessness or an hour of the day unlike all
/// known ones. Four weak signs at once weigh as much as a strong one.
///
/// Method: four aspects of the metric, each with the values known of it; their rarities are added with fixed weights, as one adds the
/// logarithms of independent probabilities. Every sample is scored before it is learned. The highest score rings on as an echo that falls
/// by 2 % per sample, and only what is louder than the echo begins an episode: what follows the first new value is mostly as new, and is
/// one story, not fifty.
///
/// Trap: it learns what it reports, so an episode ends although the fault may last. It says "this is new", never "this is still wrong";
/// limits and baselines say that.
///
/// Source: sums of log tails are Fisher's (1932); scoring by novelty of simple views of a stream after Hawkins' and Ahmad's benchmark NAB
/// (Lavin and Ahmad 2015), with which the weights were chosen, category by category left out.
/// </summary>
internal sealed class NoveltyTrack
{
    private const byte StateVersion = 1;

    private const double ValueWeight = 2;
    private const double LevelWeight = 1.5;
    private const double SpreadWeight = 1;
    private const double SeasonWeight = 1;

    /// <summary>Beyond it squares overflow.</summary>
    private const double LargestValue = 1e100;

    private KnownValues values = new();
    private KnownValues levels = new();
    private KnownValues spreads = new();
    private KnownValues seasons = new();
    private RecentWindow recent = new();
    private DayProfile day = new();

    public int Seen => values.Seen;

    /// <summary>Null before the first sample.</summary>
    public long? NewestTicks => recent.NewestTicks;

    /// <summary>How loud the highest score so far still is.</summary>
    public double Echo { get; private set; }

    /// <summary>Known values of the metric itself, ascending.</summary>
    public ReadOnlySpan<double> Known => values.Values;

    /// <summary>How new the sample would be; changes nothing.</summary>
    public NoveltyScore Score(double sample, long ticks, int warmup)
    {
        double value = Bounded(sample);
        double level = 0;
        double spread = 0;
        if (recent.IsFullWith(ticks))
        {
            (double mean, double deviation) = recent.With(value);
            level = LevelWeight * levels.RarityOf(mean, warmup);
            spread = SpreadWeight * spreads.RarityOf(deviation, warmup);
        }

        double season = day.ExpectedAt(ticks) is { } expected
            ? SeasonWeight * seasons.RarityOf(value - expected, warmup)
            : 0;
        return new NoveltyScore(ValueWeight * values.RarityOf(value, warmup), level, spread, season);
    }

    /// <summary>What the leading aspect of a score would have had instead, in the metric's own unit.</summary>
    public double Expected(NoveltyAspect leading, double sample, long ticks) => leading switch
    {
        NoveltyAspect.Season when day.ExpectedAt(ticks) is { } expected => expected,
        NoveltyAspect.Level or NoveltyAspect.Spread when recent.Mean is var mean && double.IsFinite(mean) => mean,
        _ => values.NearestTo(Bounded(sample)),
    };

    /// <summary>Begin of what the leading aspect looked at.</summary>
    public long WindowStart(NoveltyAspect leading, long ticks) =>
        leading is NoveltyAspect.Level or NoveltyAspect.Spread ? recent.OldestTicksWith(ticks) : ticks;

    /// <param name="score">Its score before it is learned.</param>
    /// <param name="rest">Samples in which the echo falls to a third.</param>
    public void Learn(double sample, long ticks, double score, int rest)
    {
        double value = Bounded(sample);
        values.Learn(value);
        if (recent.IsFullWith(ticks))
        {
            (double mean, double deviation) = recent.With(value);
            levels.Learn(mean);
            spreads.Learn(deviation);
        }

        if (day.ExpectedAt(ticks) is { } expected)
        {
            seasons.Learn(value - expected);
        }

        recent.Learn(value, ticks);
        day.Learn(value, ticks);
        Echo = Math.Max(Echo * (1 - (1.0 / rest)), score);
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Double(Echo);
        values.Save(writer);
        levels.Save(writer);
        spreads.Save(writer);
        seasons.Save(writer);
        recent.Save(writer);
        day.Save(writer);
    }

    public static NoveltyTrack Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        double echo = reader.Double();
        return double.IsFinite(echo) && echo >= 0
            ? new NoveltyTrack
            {
                Echo = echo,
                values = KnownValues.Restore(reader),
                levels = KnownValues.Restore(reader),
                spreads = KnownValues.Restore(reader),
                seasons = KnownValues.Restore(reader),
                recent = RecentWindow.Restore(reader),
                day = DayProfile.Restore(reader),
            }
            : throw new StateFormatException("A stored echo is not a score.");
    }

    private static double Bounded(double value) => Math.Clamp(value, -LargestValue, LargestValue);
}
