namespace Millwright.Core.Detection;

/// <summary>How a <see cref="SubspaceDetector"/> learns and judges; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record SubspaceParameters
{
    public const string Name = "t2-spe";

    /// <summary>A baseline costs 16 bytes per pair of metrics and state, a new model some ten times their cube.</summary>
    public const int MaxMetrics = 32;

    private static readonly DetectorParameter WarmupCount =
        new("warmup", "cells", 300, 20, 100_000, "Cells that are only learned, per operating state, before it judges.");

    private static readonly DetectorParameter MemoryCount =
        new("memory", "cells", 3_600, 20, 1_000_000, "How many cells back the baseline reaches, with exponentially falling weight.");

    private static readonly DetectorParameter VarianceShare =
        new("variance", "", 0.9, 0.1, 0.999, "Share of the variance that the model space has to hold; the rest is residual.");

    private static readonly DetectorParameter RefitCount =
        new("refit", "cells", 60, 1, 100_000, "Cells after which the principal components are computed afresh.");

    private static readonly DetectorParameter Limit =
        new("threshold", "", 1, 0.1, 1_000, "Fires at and above this; 1 is the distance that one cell in a thousand would reach.");

    private static readonly DetectorParameter GuardShare =
        new("guard", "", 0, 0, 1, "Weight with which cells that fire are learned; at 0 only a reset teaches a new normal.");

    private static readonly DetectorParameter ScaleFloor =
        new("min-scale", "", 0.001, 0, 1, "Smallest standard deviation it believes in, as a share of the mean's size.");

    private SubspaceParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Metrics that leave the few directions in which they usually move together, or go too far along them.",
        2,
        MaxMetrics,
        [
            CellRules.CellLength, WarmupCount, MemoryCount, CellRules.SmoothingCount, CellRules.CarryCount, VarianceShare, RefitCount, Limit,
            CellRules.HoldCount, GuardShare, ScaleFloor, CellRules.SettlingTime,
        ])
    {
        Relations = Faults,
    };

    public int Warmup { get; private init; }

    public int Memory { get; private init; }

    public double Variance { get; private init; }

    public int Refit { get; private init; }

    public double Guard { get; private init; }

    public double MinScale { get; private init; }

    internal CellRules Cells { get; private init; } = null!;

    public static SubspaceParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new SubspaceParameters
        {
            Cells = CellRules.From(values, Limit),
            Warmup = values.Count(WarmupCount),
            Memory = values.Count(MemoryCount),
            Variance = values.Number(VarianceShare),
            Refit = values.Count(RefitCount),
            Guard = values.Number(GuardShare),
            MinScale = values.Number(ScaleFloor),
        };
    }

    private static IEnumerable<string> Faults(ParameterValues values)
    {
        if (values.Count(CellRules.SmoothingCount) > values.Count(WarmupCount))
        {
            yield return "'smoothing' must not exceed 'warmup'";
        }
    }
}
