namespace Millwright.Core.Detection;

/// <summary>Size of the forest of a <see cref="HalfSpaceDetector"/>; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record HalfSpaceParameters
{
    public const string Name = "half-space-trees";

    public const int MaxMetrics = 64;

    private static readonly DetectorParameter TreeCount =
        new("trees", "cells", 25, 5, 100, "Trees of the forest: more means a calmer score, and memory and time in proportion.");

    private static readonly DetectorParameter Depth =
        new("depth", "cells", 8, 3, 10, "How often a tree halves the space; its memory doubles with each.");

    private static readonly DetectorParameter WindowCount =
        new("window", "cells", 500, 100, 10_000, "Cells of one mass profile. The first window is learned for the ranges, the second for the masses.");

    private static readonly DetectorParameter Limit =
        new("threshold", "", 5, 1, 1_000, "Fires at and above this many deviations of the score's own upper tail from its mean.");

    private static readonly DetectorParameter GuardShare =
        new("guard", "", 0, 0, 1, "Share of the cells that fire which are learned; at 0 only a reset teaches a new normal.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest range of a metric that it believes in, as a share of the metric's size.");

    private HalfSpaceParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Combinations of metrics that hardly ever occurred, whatever shape the usual ones have.",
        1,
        MaxMetrics,
        [
            CellRules.CellLength, TreeCount, Depth, WindowCount, CellRules.SmoothingCount, CellRules.CarryCount, Limit, CellRules.HoldCount,
            GuardShare, ScaleFloor, CellRules.SettlingTime,
        ]);

    public int Trees { get; private init; }

    public int Levels { get; private init; }

    public int Window { get; private init; }

    public double Guard { get; private init; }

    public double MinScale { get; private init; }

    internal CellRules Cells { get; private init; } = null!;

    public static HalfSpaceParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new HalfSpaceParameters
        {
            Cells = CellRules.From(values, Limit),
            Trees = values.Count(TreeCount),
            Levels = values.Count(Depth),
            Window = values.Count(WindowCount),
            Guard = values.Number(GuardShare),
            MinScale = values.Number(ScaleFloor),
        };
    }
}
