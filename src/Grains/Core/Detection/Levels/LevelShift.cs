using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>
/// The shift an asset is in: which metrics have left their levels and how far. It is over when they are back, judged by all of them
/// together: their present deviations are projected on the shift, and what is missing from it adds up, weighted by how clear the shift is.
/// A large shift is seen to end within cells, a small one takes as long as its noise demands: the sequential test of Wald (1945).
/// </summary>
internal sealed class LevelShift(int metrics)
{
    /// <summary>Metrics within this share of the largest deviance are part of the shift from its begin.</summary>
    private const double BeginShare = 0.9;

    /// <summary>Others join it when they are so many thresholds out: a fault that spreads is one fault.</summary>
    private const double JoinThresholds = 2;

    /// <summary>Cells over which the idea of the shift follows where the metrics are, since many faults begin as ramps.</summary>
    private const double Memory = 30;

    /// <summary>A shift that has shrunk below this share of the usual movement has faded away.</summary>
    private const double Faded = 0.25;

    /// <summary>Log odds at which it is over.</summary>
    private const double Certainty = 5;

    private readonly double[] shifts = new double[metrics];
    private readonly bool[] isPart = new bool[metrics];
    private double evidence;

    public bool IsOpen { get; private set; }

    public int Age { get; private set; }

    public void Begin(ReadOnlySpan<LevelTrack> tracks, ReadOnlySpan<double> deviances)
    {
        IsOpen = true;
        Age = 0;
        evidence = 0;
        double largest = 0;
        foreach (double deviance in deviances)
        {
            largest = Math.Max(largest, Math.Abs(deviance));
        }

        for (int position = 0; position < metrics; position++)
        {
            shifts[position] = tracks[position].DeviationOf(tracks[position].Window);
            isPart[position] = Math.Abs(deviances[position]) >= BeginShare * largest;
        }
    }

    public void End() => IsOpen = false;

    public bool IsPart(int position) => isPart[position];

    /// <summary>
    /// True when it is over with this cell. A cell in which no part of the shift spoke is no evidence of anything: silence is no return,
    /// and a slow metric is not out more often because the others are fast.
    /// </summary>
    public bool IsOver(ReadOnlySpan<LevelTrack> tracks, ReadOnlySpan<double> deviances, JointLevelParameters parameters)
    {
        Age++;
        double size = 0;
        double left = 0;
        double longSize = 0;
        int longest = LevelTrack.Windows.Length - 1;
        bool hasSpoken = false;
        for (int position = 0; position < metrics; position++)
        {
            LevelTrack track = tracks[position];
            if (!isPart[position] && Math.Abs(deviances[position]) >= JoinThresholds * parameters.Threshold)
            {
                isPart[position] = true;
                shifts[position] = track.DeviationOf(track.Window);
            }

            if (track.Silence == 0)
            {
                shifts[position] += (track.DeviationOf(0) - shifts[position]) / Memory;
                hasSpoken |= isPart[position];
            }

            if (isPart[position])
            {
                double unit = shifts[position] / track.ScaleOf(0);
                size += unit * unit;
                left += unit * (track.DeviationOf(0) / track.ScaleOf(0));
                double longUnit = shifts[position] / track.ScaleOf(longest);
                longSize += longUnit * longUnit;
            }
        }

        if (!hasSpoken)
        {
            return Age >= parameters.Longest;
        }

        double share = left / Math.Max(size, 1e-12);
        evidence = Math.Clamp(evidence + ((parameters.Return - share) * size / LevelTrack.Windows[0]), 0, Finding.MaxScore);
        return evidence >= Certainty || longSize < Faded * Faded || Age >= parameters.Longest;
    }

    public void Save(StateWriter writer)
    {
        writer.Boolean(IsOpen);
        writer.Int32(Age);
        writer.Double(evidence);
        for (int position = 0; position < metrics; position++)
        {
            writer.Double(shifts[position]);
            writer.Boolean(isPart[position]);
        }
    }

    public void Restore(StateReader reader)
    {
        IsOpen = reader.Boolean();
        Age = reader.Int32();
        evidence = reader.Double();
        for (int position = 0; position < metrics; position++)
        {
            shifts[position] = reader.Double();
            isPart[position] = reader.Boolean();
        }
    }
}
