namespace Millwright.Core.Detection;

/// <summary>Over what a <see cref="TrendDetector"/> looks; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record TrendParameters
{
    public const string Name = "trend";

    /// <summary>The slopes between all pairs are looked at once per block: bounded, and on the stack.</summary>
    public const int MaxBlocks = 48;

    private static readonly DetectorParameter SpanTime =
        new("span", "s", 86_400, 1, 31_536_000, "Trailing event time in which the drift is sought.");

    private static readonly DetectorParameter BlockCount =
        new("blocks", "cells", 24, 10, MaxBlocks, "Into how many means the span is cut; it judges when one is complete.");

    private static readonly DetectorParameter Deviations =
        new("threshold", "", 4.5, 2, 8, "Fires at and above this Mann-Kendall score, in standard deviations of no trend.");

    private static readonly DetectorParameter SmallestDrift =
        new("min-drift", "", 0.005, 0, 1, "Smallest drift over the span that is worth a word, as a share of the level's size.");

    private static readonly DetectorParameter SettlingTime =
        new("settle", "s", 10, 0, 86_400, "How long it neither judges nor learns after the operating state changed.");

    private TrendParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A slow drift that no limit sees yet: fouling, wear, a sensor that ages.",
        1,
        DetectorKind.MaxSingleMetrics,
        [SpanTime, BlockCount, Deviations, SmallestDrift, SettlingTime])
    {
        Relations = Faults,
    };

    public TimeSpan Span { get; private init; }

    public int Blocks { get; private init; }

    public double Threshold { get; private init; }

    public double MinDrift { get; private init; }

    public TimeSpan Settle { get; private init; }

    public static TrendParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new TrendParameters
        {
            Span = values.Duration(SpanTime),
            Blocks = values.Count(BlockCount),
            Threshold = values.Number(Deviations),
            MinDrift = values.Number(SmallestDrift),
            Settle = values.Duration(SettlingTime),
        };
    }

    /// <summary>With n blocks in perfect order the score is n(n−1)/2 over the root of n(n−1)(2n+5)/18: no more than that can be asked.</summary>
    private static IEnumerable<string> Faults(ParameterValues values)
    {
        double blocks = values.Count(BlockCount);
        double most = blocks * (blocks - 1) / 2 / Math.Sqrt(blocks * (blocks - 1) * ((2 * blocks) + 5) / 18);
        if (values.Number(Deviations) >= 0.9 * most)
        {
            yield return "'threshold' cannot be reached with so few 'blocks'";
        }
    }
}
