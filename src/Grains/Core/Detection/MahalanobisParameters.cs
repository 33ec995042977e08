namespace Millwright.Core.Detection;

/// <summary>
/// How a <see cref="MahalanobisDetector"/> aligns, learns and judges; units, ranges and defaults stand in the catalogue entry.
/// </summary>
public sealed record MahalanobisParameters
{
    public const string Name = "mahalanobis";

    /// <summary>A baseline costs 8 bytes per pair of metrics and state, a verdict a sixth of the cube of the metrics.</summary>
    public const int MaxMetrics = 32;

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "cells", 300, 20, 100_000, "Cells that are only learned, per operating state, before it judges.");

    private static readonly DetectorParameter MemoryCount =
        new("memory", "cells", 600, 20, 1_000_000, "How many cells back the baseline reaches, with exponentially falling weight.");

    private static readonly DetectorParameter SmoothingCount =
        new("smoothing", "cells", 10, 1, 600, "Cells whose mean is judged: more means less noise and a later verdict.");

    private static readonly DetectorParameter Limit =
        new("threshold", "", 1, 0.1, 1_000, "Fires at and above this; 1 is the distance that one cell in a thousand would reach.");

    private static readonly DetectorParameter GuardShare =
        new("guard", "", 0.01, 0, 1, "Weight with which cells that fire are learned, compared with the others.");

    private static readonly DetectorParameter ShrinkageShare =
        new("shrinkage", "", 0.01, 0.0001, 1,
            "How far correlations are drawn towards none; keeps the inverse calm when metrics are copies of each other.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest standard deviation it believes in, as a share of the mean's size.");

    private MahalanobisParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Metrics that do not fit together as they used to, each of them perhaps within its limits.",
        2,
        MaxMetrics,
        [
            CellRules.CellLength, WarmupCount, MemoryCount, SmoothingCount, CellRules.CarryCount, Limit, CellRules.HoldCount,
            GuardShare, ShrinkageShare, ScaleFloor, CellRules.SettlingTime,
        ])
    {
        Relations = Faults,
    };

    public int Warmup { get; private init; }

    public int Memory { get; private init; }

    public double Guard { get; private init; }

    public double Shrinkage { get; private init; }

    public double MinScale { get; private init; }

    internal CellRules Cells { get; private init; } = null!;

    public static MahalanobisParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new MahalanobisParameters
        {
            Cells = CellRules.From(values, Limit, SmoothingCount),
            Warmup = values.Count(WarmupCount),
            Memory = values.Count(MemoryCount),
            Guard = values.Number(GuardShare),
            Shrinkage = values.Number(ShrinkageShare),
            MinScale = values.Number(ScaleFloor),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Count(SmoothingCount) > values.Count(WarmupCount))
        {
            yield return "'smoothing' must not exceed 'warmup'";
        }
    }
}
