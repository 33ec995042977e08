using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// The episodes of one metric: what a detector of one metric says, and what a detector of several may hold per metric.
/// </summary>
internal sealed class NoveltyEpisodes(NoveltyParameters parameters)
{
    private const byte StateVersion = 1;

    /// <summary>An episode ends when its echo has fallen to this share of the threshold.</summary>
    private const double ClearShare = 0.5;

    private const int HalvingSteps = 16;

    private NoveltyTrack track = new();

    public bool IsOpen { get; private set; }

    /// <summary>0 to 1: how much of the warm-up is done.</summary>
    public double Warmup => Math.Min(1, (double)track.Seen / parameters.Warmup);

    /// <summary>Null before the first sample.</summary>
    public long? NewestTicks => track.NewestTicks;

    /// <summary>
    /// How new the last sample was; NaN in the warm-up, 0 when it was not louder than the echo or belonged to an open episode. At the
    /// threshold and above an episode began.
    /// </summary>
    public double LastScore { get; private set; } = double.NaN;

    public double LastValue { get; private set; }

    /// <summary>What was expected instead of <see cref="LastValue"/>.</summary>
    public double LastExpected { get; private set; }

    /// <summary>Begin of what the last score looked at.</summary>
    public long LastWindowStart { get; private set; }

    /// <summary>True when an episode began or ended with it.</summary>
    /// <param name="counterfactual">When one began: a value near <paramref name="value"/> with which none would have begun; null when no
    /// known value prevents it, because what came before speaks too loudly.</param>
    public bool Observe(double value, long ticks, out double? counterfactual)
    {
        bool isJudged = track.Seen >= parameters.Warmup;
        NoveltyScore parts = isJudged ? track.Score(value, ticks, parameters.Warmup) : default;
        double score = parts.Total > track.Echo && !IsOpen ? parts.Total : 0;
        LastScore = isJudged ? score : double.NaN;
        LastValue = value;
        LastExpected = track.Expected(parts.Leading, value, ticks);
        LastWindowStart = track.WindowStart(parts.Leading, ticks);
        bool isBeginning = score >= parameters.Threshold;

        // Asked before the sample is learned, and only when something will be said: it may cost as much as some hundred samples.
        counterfactual = isBeginning ? Counterfactual(parts.Leading, value, ticks) : null;
        track.Learn(value, ticks, parts.Total, parameters.Rest);
        bool isEnding = IsOpen && track.Echo < ClearShare * parameters.Threshold;
        IsOpen = isBeginning || (IsOpen && !isEnding);
        return isBeginning || isEnding;
    }

    /// <summary>True when an episode was open. What was learned stays.</summary>
    public bool End()
    {
        bool wasOpen = IsOpen;
        IsOpen = false;
        return wasOpen;
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Boolean(IsOpen);
        writer.Double(LastScore);
        writer.Double(LastValue);
        writer.Double(LastExpected);
        writer.Int64(LastWindowStart);
        track.Save(writer);
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        IsOpen = reader.Boolean();
        LastScore = reader.Double();
        LastValue = reader.Double();
        LastExpected = reader.Double();
        LastWindowStart = reader.Int64();
        track = NoveltyTrack.Restore(reader);
    }

    private double? Counterfactual(NoveltyAspect leading, double value, long ticks)
    {
        double? silent = Silent(track.Expected(leading, value, ticks), ticks) ?? NearestSilent(value, ticks);
        if (silent is not { } near)
        {
            return null;
        }

        // Every step is judged anew, so whatever the score looks like between the two, what is returned does not fire.
        double loud = value;
        for (int step = 0; step < HalvingSteps; step++)
        {
            double middle = (near / 2) + (loud / 2);
            if (IsLoud(middle, ticks))
            {
                loud = middle;
            }
            else
            {
                near = middle;
            }
        }

        return near;
    }

    private bool IsLoud(double value, long ticks)
    {
        double total = track.Score(value, ticks, parameters.Warmup).Total;
        return total >= parameters.Threshold && total > track.Echo;
    }

    private double? Silent(double value, long ticks) => IsLoud(value, ticks) ? null : value;

    private double? NearestSilent(double value, long ticks)
    {
        double? nearest = null;
        foreach (double known in track.Known)
        {
            if ((nearest is not { } best || Math.Abs(known - value) < Math.Abs(best - value)) && !IsLoud(known, ticks))
            {
                nearest = known;
            }
        }

        return nearest;
    }
}
