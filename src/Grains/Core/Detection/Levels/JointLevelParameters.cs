namespace Millwright.Core.Detection.Levels;

/// <summary>How a <see cref="JointLevelDetector"/> learns and judges; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record JointLevelParameters
{
    public const string Name = "joint-level";

    /// <summary>A metric costs a kilobyte, and 70 bytes more per operating state.</summary>
    public const int MaxMetrics = 1_000;

    private static readonly DetectorParameter CellLength =
        new("every", "s", null, 0.001, 86_400, "Length of a cell of event time; learned from the first samples when it is not set.");

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "cells", 300, 100, 100_000, "Cells of a metric that are only learned, per operating state, before it is judged.");

    private static readonly DetectorParameter MemoryCount =
        new("memory", "cells", 300, 50, 1_000_000, "How many cells back level and noise reach, with exponentially falling weight.");

    private static readonly DetectorParameter Limit =
        new("threshold", "", 5.5, 2, 1_000, "Fires at and above this: how far a metric is from its level, in its own usual movements.");

    private static readonly DetectorParameter HoldCount =
        new("hold", "cells", 3, 1, 10_000, "Cells in a row that must lie at or beyond the threshold before it fires.");

    private static readonly DetectorParameter ReturnShare =
        new("return", "", 0.2, 0, 0.9, "It ends when of the shift less than this share is left, for long enough to be sure.");

    private static readonly DetectorParameter LongestCount =
        new("longest", "cells", 600, 10, 1_000_000, "After so many cells the new level is the normal one.");

    private JointLevelParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Metrics that leave their levels, alone or together, until they return.",
        1,
        MaxMetrics,
        [CellLength, WarmupCount, MemoryCount, Limit, HoldCount, ReturnShare, LongestCount]);

    /// <summary>Null: learned.</summary>
    public TimeSpan? Every { get; private init; }

    public int Warmup { get; private init; }

    public int Memory { get; private init; }

    public double Threshold { get; private init; }

    public int Hold { get; private init; }

    public double Return { get; private init; }

    public int Longest { get; private init; }

    public static JointLevelParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new JointLevelParameters
        {
            Every = values.Optional(CellLength) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Warmup = values.Count(WarmupCount),
            Memory = values.Count(MemoryCount),
            Threshold = values.Number(Limit),
            Hold = values.Count(HoldCount),
            Return = values.Number(ReturnShare),
            Longest = values.Count(LongestCount),
        };
    }
}
