namespace Millwright.Core.Detection.Combined;

/// <summary>When a <see cref="CombinedDetector"/> speaks; units, ranges and defaults stand in the catalogue entry.</summary>
public sealed record CombinedParameters
{
    public const string Name = "combined";

    private static readonly DetectorParameter Limit =
        new("threshold", "", 1, 0.5, 2, "Fires at and above this multiple of the parts' own thresholds.");

    private static readonly DetectorParameter LongestCount =
        new("longest", "cells", 600, 10, 1_000_000, "After so many cells a new level is the normal one.");

    private CombinedParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "Whatever is unusual: a metric does what it never did, or metrics leave their levels. The default of an asset.",
        1,
        DetectorKind.MaxSingleMetrics,
        [Limit, LongestCount]);

    public double Threshold { get; private init; }

    public int Longest { get; private init; }

    public static CombinedParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new CombinedParameters { Threshold = values.Number(Limit), Longest = values.Count(LongestCount) };
    }
}
